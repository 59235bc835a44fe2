import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOCore

/// Fetches feeds into a folder, asking only for what is newer than what is there.
///
/// A file appears under its name only when it is complete: it is written beside it, flushed and
/// renamed. Its ETag and Last-Modified are kept beside it for the next conditional request
/// (RFC 9110 section 13).
public struct FeedDownloader: Sendable {
    private let directory: String
    private let locations: [FeedLocation]
    private let client: HTTPClient
    /// Attempts for one file, each after a longer wait.
    private let attempts: Int
    /// The longest that one file may take.
    private let deadline: Duration

    /// - Parameters:
    ///   - directory: made when it is missing.
    ///   - locations: where the sources are; others than the published ones for mirrors and tests.
    public init(
        directory: String, locations: [FeedLocation] = FeedLocation.published, attempts: Int = 3,
        deadline: Duration = .seconds(900)
    ) {
        self.directory = directory
        self.locations = locations
        self.attempts = attempts
        self.deadline = deadline
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(30))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Call once when done; the downloader is of no use afterwards.
    public func close() async throws { try await client.shutdown() }

    /// Fetches what a source has that is newer.
    /// - Returns: the paths of files that are new; none when nothing is newer, or when the source has no
    ///   feed to download.
    /// - Throws: `IntelligenceError.offline`, `.refused`, `.timedOut`, `.unwritable`.
    public func update(_ source: IntelligenceSource) async throws -> [String] {
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var fetched: [String] = []
        for location in locations where location.source == source {
            if let path = try await fetch(location) { fetched.append(path) }
        }
        return fetched
    }

    private func fetch(_ location: FeedLocation) async throws -> String? {
        let host = URL(string: location.url)?.host() ?? location.url
        var attempt = 1
        while true {
            do {
                return try await attemptFetch(location)
            } catch let wait as RetryLater where attempt < attempts {
                let backoff = min(wait.seconds ?? Double(1 << attempt), 60) * Double.random(in: 0.75...1.25)
                try await Task.sleep(for: .seconds(backoff))
                attempt += 1
            } catch let wait as RetryLater {
                throw IntelligenceError.offline(host: host, reason: wait.reason)
            } catch let error as HTTPClientError {
                throw IntelligenceError.offline(host: host, reason: error.shortDescription)
            } catch let error as any UserFacingError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                throw IntelligenceError.offline(host: host, reason: "the connection failed")
            }
        }
    }

    /// The server, or the way to it, may be better in a while.
    private struct RetryLater: Error {
        let reason: String
        let seconds: Double?
    }

    private func attemptFetch(_ location: FeedLocation) async throws -> String? {
        let path = "\(directory)/\(location.fileName)"
        var request = HTTPClientRequest(url: location.url)
        request.headers.add(name: "User-Agent", value: "garrison")
        let validators = Validators(besides: path)
        if let etag = validators.etag { request.headers.add(name: "If-None-Match", value: etag) }
        if let date = validators.lastModified { request.headers.add(name: "If-Modified-Since", value: date) }
        let response = try await client.execute(request, timeout: TimeAmount(deadline))
        switch response.status.code {
        case 304: return nil
        case 200:
            try await save(response, to: path)
            Validators(
                etag: response.headers.first(name: "ETag"),
                lastModified: response.headers.first(name: "Last-Modified")
            ).write(besides: path)
            return path
        case 429, 500...599:
            throw RetryLater(
                reason: "it answers with status \(response.status.code)",
                seconds: response.headers.first(name: "Retry-After").flatMap(Double.init))
        default: throw IntelligenceError.refused(url: location.url, status: Int(response.status.code))
        }
    }

    private func save(_ response: HTTPClientResponse, to path: String) async throws {
        let partial = path + ".partial"
        let file = try PartialFile(path: partial)
        var received = 0
        do {
            for try await buffer in response.body {
                received += buffer.readableBytes
                try file.append(Array(buffer.readableBytesView))
            }
        } catch let error as IntelligenceError {
            throw error
        } catch {
            throw RetryLater(reason: "the connection broke after \(received) bytes", seconds: nil)
        }
        if let expected = response.headers.first(name: "Content-Length").flatMap(Int.init), expected != received {
            throw RetryLater(reason: "\(received) of \(expected) bytes came", seconds: nil)
        }
        try file.complete(as: path)
    }
}
