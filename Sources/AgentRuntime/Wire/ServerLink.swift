import AgentProtocol
import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The one connection to the server, on one thread.
final class ServerLink: Sendable {
    private let client: HTTPClient
    private let loops: MultiThreadedEventLoopGroup
    private let address: ServerAddress

    /// No answer to an agent is larger.
    private static let largestAnswer = 4 << 20

    /// - Parameter authorities: a file of certificates that are trusted instead of the system's.
    init(_ address: ServerAddress, authorities: String?) throws(AgentError) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authorities {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            } catch {
                throw .state(path: authorities, reason: "it holds no certificates in PEM")
            }
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(120))
        configuration.connectionPool.idleTimeout = .seconds(90)
        configuration.httpVersion = .http1Only
        loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        client = HTTPClient(eventLoopGroupProvider: .shared(loops), configuration: configuration)
        self.address = address
    }

    func close() async {
        try? await client.shutdown()
        try? await loops.shutdownGracefully()
    }

    /// Sends a body and gives the answer's.
    ///
    /// - Parameters:
    ///   - patience: how long the answer may take.
    ///   - authorization: made for the route and the body; a proxy may put the route behind a path of its own.
    func send(
        _ body: [UInt8], to route: String, patience: Duration = .seconds(60),
        authorization: (_ path: String, _ body: [UInt8]) throws -> String
    ) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: address.url(route))
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": "garrison-agent",
            "Authorization": try authorization(route, body),
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        let (status, answer): (HTTPResponseStatus, [UInt8])
        do {
            let response = try await client.execute(request, timeout: .nanoseconds(Int64(patience / .nanoseconds(1))))
            status = response.status
            answer = Array(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AgentError.unreachable(address.text, reason: Self.sentence(error))
        }
        guard (200..<300).contains(Int(status.code)) else {
            let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(answer))
            throw AgentError.refused(
                status: Int(status.code),
                code: problem?.type.split(separator: "/").last.map(String.init) ?? "http.\(status.code)",
                reason: problem?.detail ?? status.reasonPhrase)
        }
        return answer
    }

    /// Fetches a file from wherever it is: what it has to be is known, so that nobody in between can make it another.
    ///
    /// - Parameters:
    ///   - url: absolute, or a path of the server.
    ///   - take: told whether the bytes are those behind `offset`, or the file from its beginning.
    func fetch(
        _ url: String, from offset: Int64, _ take: (_ isRest: Bool, _ bytes: [UInt8]) async throws -> Void
    ) async throws {
        // The server itself has it: how it is reached is known here.
        let isOwn = url.hasPrefix("/")
        var request = HTTPClientRequest(url: isOwn ? address.url(url) : url)
        request.headers = ["User-Agent": "garrison-agent"]
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        do {
            let response = try await client.execute(request, timeout: .hours(24))
            guard [200, 206].contains(response.status.code) else {
                throw AgentError.refused(
                    status: Int(response.status.code), code: "http.\(response.status.code)",
                    reason: response.status.reasonPhrase)
            }
            let isRest = response.status == .partialContent
            if isRest, let range = response.headers.first(name: "Content-Range"),
                !range.lowercased().hasPrefix("bytes \(offset)-")
            {
                throw AgentError.unreachable(Self.host(of: url), reason: "it gives another part than was asked for")
            }
            for try await buffer in response.body { try await take(isRest, Array(buffer.readableBytesView)) }
        } catch let error as CancellationError {
            throw error
        } catch let error as AgentError {
            throw error
        } catch let error as PatchFailure {
            throw error
        } catch {
            throw AgentError.unreachable(isOwn ? address.text : Self.host(of: url), reason: Self.sentence(error))
        }
    }

    /// The address of a file holds a signature that lets its holder read: its host alone is told.
    static func host(of url: String) -> String { URL(string: url)?.host() ?? "of the file" }

    private struct ProblemDocument: Decodable {
        let type: String
        let detail: String
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: error.connectionErrors.first.map { "\($0.error)" } ?? "no connection"
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }
}
