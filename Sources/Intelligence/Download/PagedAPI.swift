import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A publisher's interface that is read page by page instead of as files.
public protocol PagedAPI: Sendable {
    /// Fetches what is newer than what was loaded, going on where an earlier run stopped.
    /// - Returns: the folder of pages to load; nil where nothing is newer.
    /// - Throws: `IntelligenceError`; what was fetched until then stays.
    func fetch(now: Date) async throws -> String?

    /// Whether the pages that wait hold all that the publisher has, and not what changed alone.
    var isWhole: Bool { get }

    /// Notes that the pages are loaded.
    func complete() throws

    /// Call once when done with fetching.
    func close() async throws
}

/// Requests of a paged interface: within its limit, repeated where that makes sense.
struct PageRequests: Sendable {
    let settings: DownloadSettings
    let clients: HTTPClients
    let limit: RollingLimit
    /// Statuses by which the publisher says that it was asked too often.
    var busyStatuses: Set<Int> = [408, 429]

    private static let largest = 256 << 20

    /// The body of a response with status 200.
    func body(of request: HTTPClientRequest) async throws -> [UInt8] {
        var attempt = 1
        while true {
            try await limit.acquire()
            do {
                return try await once(request)
            } catch let failure as TransferFailure {
                let wait = failure.wait(attempt, settings)
                guard attempt < settings.attempts, let wait else { throw failure.error }
                try await Task.sleep(for: wait)
                attempt += 1
            }
        }
    }

    private func once(_ request: HTTPClientRequest) async throws -> [UInt8] {
        do {
            let response = try await clients.client(for: request.url)
                .execute(request, timeout: TimeAmount(settings.deadline))
            let status = Int(response.status.code)
            guard status == 200 else { throw failure(response, status, request.url) }
            return Array(buffer: try await response.body.collect(upTo: Self.largest))
        } catch let failure as TransferFailure {
            throw failure
        } catch {
            if error is CancellationError || Task.isCancelled { throw CancellationError() }
            throw TransferFailure(client: error, url: request.url, settings: settings)
        }
    }

    private func failure(_ response: HTTPClientResponse, _ status: Int, _ url: String) -> TransferFailure {
        let address = String(url.prefix { $0 != "?" })
        guard busyStatuses.contains(status) || status >= 500 else {
            // NVD says what is wrong in a header.
            if let message = response.headers.first(name: "message") {
                return TransferFailure(.broken(url: address, reason: "it answers \(status), \(message.prefix(200))"))
            }
            return TransferFailure(.refused(url: address, status: status))
        }
        let seconds = response.headers.first(name: "Retry-After").flatMap { RetryAfter.seconds($0) }
        return TransferFailure(
            .busy(url: address, status: status, seconds: seconds.flatMap { $0 < 1e9 ? Int($0.rounded(.up)) : nil }),
            retry: seconds.map { .after(seconds: $0) } ?? .backoff)
    }
}
