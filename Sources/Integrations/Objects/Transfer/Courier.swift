import AsyncHTTPClient
import Domain
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests, each until it has an answer that another attempt would not change.
struct Courier: Sendable {
    let clients: ObjectClients
    var settings: TransferSettings
    let signer: any RequestSigner
    let words: StoreWords

    /// More than any page of a list and any error has.
    private static let largestAnswer = 16 << 20

    /// What a request is for; errors name it.
    struct Purpose: Sendable {
        let action: ObjectAction
        let key: String

        init(_ action: ObjectAction, _ key: String = "") {
            self.action = action
            self.key = key
        }
    }

    /// - Parameter isExpected: statuses besides 2xx that are an answer and no failure.
    /// - Returns: the answer, and how many attempts went before it that may have arrived.
    func send(
        _ request: ObjectRequest, _ purpose: Purpose, isExpected: @Sendable (Int) -> Bool = { _ in false }
    ) async throws -> (answer: ObjectAnswer, repeats: Int) {
        let (response, repeats) = try await open(request, purpose, isExpected: isExpected) { response in
            try await Self.collect(response)
        }
        return (response, repeats)
    }

    /// - Parameter receive: takes the answer's head, with a success's body; what it throws counts as a broken
    ///   connection.
    func open<Received: Sendable>(
        _ request: ObjectRequest, _ purpose: Purpose, isExpected: @Sendable (Int) -> Bool = { _ in false },
        receive: @Sendable (HTTPClientResponse) async throws -> Received
    ) async throws -> (Received, repeats: Int) {
        var attempt = 1
        var renewed = false
        while true {
            var asked: Double?
            var failure = ObjectError.broken(host: words.host, reason: "it was cut")
            do {
                var signed = request
                if request.isSigned { try await signer.sign(&signed) }
                let response = try await clients.client(for: request.origin).execute(
                    signed.clientRequest, timeout: .hours(24))
                let status = Int(response.status.code)
                if (200..<300).contains(status) || isExpected(status) {
                    return (try await receive(response), attempt - 1)
                }
                let fault = ServiceFault(try await Self.collect(response))
                failure = fault.error(for: purpose.action, purpose.key, of: words)
                if status == 401, request.isSigned, !renewed, await signer.renew() {
                    renewed = true
                    continue
                }
                guard fault.isPassing else { throw failure }
                asked = fault.retryAfter
            } catch let error as ObjectError {
                throw error
            } catch {
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                let (reason, isFinal) = Self.reason(error, settings)
                failure =
                    isFinal
                    ? .unreachable(host: words.host, reason: reason)
                    : .broken(host: words.host, reason: reason)
            }
            guard let wait = settings.wait(after: attempt, asked: asked) else { throw failure }
            try await Task.sleep(for: wait)
            attempt += 1
        }
    }

    static func collect(_ response: HTTPClientResponse) async throws -> ObjectAnswer {
        ObjectAnswer(
            status: Int(response.status.code), headers: response.headers,
            body: try await response.body.collect(upTo: largestAnswer))
    }

    /// What the system answers when there is no way to a host.
    private static let unreachable: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL]

    /// Words for what a connection met with, and whether none came about at all.
    static func reason(_ error: any Error, _ settings: TransferSettings) -> (String, isUnreachable: Bool) {
        switch error {
        case let error as NIOConnectionError:
            (error.connectionErrors.isEmpty ? "its name is not known" : "it refuses the connection", true)
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout:
                ("no connection came about within \(settings.connectTimeout.components.seconds) s", true)
            case .readTimeout, .writeTimeout:
                ("nothing came for \(settings.idleTimeout.components.seconds) s", false)
            case .remoteConnectionClosed: ("it was cut", false)
            default: (error.shortDescription.lowercased(), false)
            }
        case let error as IOError: ("it was cut", unreachable.contains(error.errnoCode))
        case is HTTPParserError: ("it does not speak HTTP", false)
        default: ("no secure connection came about (\(type(of: error)))", false)
        }
    }
}
