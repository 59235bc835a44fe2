import AsyncHTTPClient
import Domain
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Why a request had no answer.
struct TransportFailure: Error {
    let error: ConnectorError
    /// Whether the vendor may have got the request all the same.
    let mayHaveArrived: Bool
}

/// Sends single requests and takes complete answers within bounds of time and size.
struct Transport: Sendable {
    let clients: TransportClients
    let settings: TransportSettings

    /// - Throws: `TransportFailure` or `CancellationError`.
    func send(_ request: VendorRequest, to origin: VendorOrigin, authorization: String?) async throws -> VendorResponse
    {
        let end = ContinuousClock.now + settings.deadline
        do {
            let response = try await clients.client(for: origin).execute(
                request.clientRequest(to: origin, authorization: authorization),
                timeout: TimeAmount(settings.deadline))
            var body: [UInt8] = []
            if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }) {
                try hold(length, origin)
                body.reserveCapacity(length)
            }
            for try await piece in response.body {
                try hold(body.count + piece.readableBytes, origin)
                guard ContinuousClock.now < end else { throw timedOut(origin) }
                body.append(contentsOf: piece.readableBytesView)
            }
            return VendorResponse(status: Int(response.status.code), headers: response.headers, body: body)
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            if error is CancellationError || Task.isCancelled { throw CancellationError() }
            throw failure(error, origin)
        }
    }

    private func hold(_ bytes: Int, _ origin: VendorOrigin) throws {
        guard bytes > settings.largestAnswer else { return }
        throw TransportFailure(
            error: .tooLarge(host: origin.host, limit: settings.largestAnswer), mayHaveArrived: true)
    }

    private func timedOut(_ origin: VendorOrigin) -> TransportFailure {
        let seconds = Int(settings.deadline.components.seconds)
        return TransportFailure(error: .timedOut(host: origin.host, seconds: seconds), mayHaveArrived: true)
    }

    /// What the system answers when there is no way to a host.
    private static let unreachable: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL]

    private func failure(_ error: any Error, _ origin: VendorOrigin) -> TransportFailure {
        func never(_ reason: String) -> TransportFailure {
            TransportFailure(error: .unreachable(host: origin.host, reason: reason), mayHaveArrived: false)
        }
        func midway(_ reason: String) -> TransportFailure {
            TransportFailure(error: .broken(host: origin.host, reason: reason), mayHaveArrived: true)
        }
        switch error {
        case let barred as BarredConnection:
            return TransportFailure(error: .barred(host: origin.host, reason: barred.reason), mayHaveArrived: false)
        case is NIOConnectionError: return never("no connection came about")
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout:
                return never("no connection came about within \(settings.connectTimeout.components.seconds) s")
            case .deadlineExceeded: return timedOut(origin)
            case .readTimeout: return midway("nothing came for \(settings.readTimeout.components.seconds) s")
            case .remoteConnectionClosed: return midway("the connection broke")
            default: return midway(error.shortDescription.lowercased())
            }
        case let error as IOError:
            return Self.unreachable.contains(error.errnoCode)
                ? never("no connection came about") : midway("the connection broke")
        case is HTTPParserError: return midway("it does not speak HTTP")
        default: return midway("no secure connection came about (\(type(of: error)))")
        }
    }
}
