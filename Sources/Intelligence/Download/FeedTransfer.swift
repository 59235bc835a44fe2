import AsyncHTTPClient
import Dispatch
import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// One attempt at one feed: asks for what is newer, goes on with what an attempt before left, checks what
/// came and puts it into place.
struct FeedTransfer {
    var location: FeedLocation
    /// Where the feed belongs.
    let path: String
    let settings: DownloadSettings
    let client: HTTPClient
    let deadline: ContinuousClock.Instant
    let progress: FeedDownloader.Progress

    /// - Returns: the checksum of the file, and whether it is new.
    /// - Throws: `TransferFailure`, `CancellationError`.
    func run() async throws -> (sha256: String, isNew: Bool) {
        guard let pointer = location.pointerURL else { return try await transfer() }
        guard let text = try await text(at: pointer), let pointed = location.pointed(to: text) else {
            throw TransferFailure(.broken(url: pointer, reason: "it does not name the newest file"))
        }
        var resolved = self
        resolved.location = pointed
        return try await resolved.transfer()
    }

    private func transfer() async throws -> (sha256: String, isNew: Bool) {
        let kept = Validators.kept(besides: path)
        let published = try await publishedChecksum()
        if let published, published.value == kept.contentSHA256, let sha256 = kept.sha256 {
            return unchanged(kept, sha256)
        }
        let partial = try attempt { () throws(IntelligenceError) in try PartialFile(of: path) }
        let response = try await execute(request(kept, partial))
        switch response.status.code {
        case 304:
            guard let sha256 = kept.sha256 else { break }
            return unchanged(kept, sha256)
        case 200:
            let validators = Validators(
                etag: response.headers.first(name: "ETag"), lastModified: response.headers.first(name: "Last-Modified"))
            try attempt { () throws(IntelligenceError) in try partial.restart(validators) }
            return try await receive(response, partial, published)
        case 206 where continues(response, partial): return try await receive(response, partial, published)
        case 206, 416:
            partial.discard()
            let reason = "what it has no longer fits what was received before"
            throw TransferFailure(.broken(url: location.url, reason: reason), retry: .backoff)
        default: break
        }
        throw TransferFailure(response, url: location.url)
    }

    private func unchanged(_ kept: Validators, _ sha256: String) -> (sha256: String, isNew: Bool) {
        var kept = kept
        kept.checkedAt = Date()
        kept.keep(besides: path)
        return (sha256, false)
    }

    private func request(_ kept: Validators, _ partial: PartialFile) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: location.url)
        request.headers.add(name: "User-Agent", value: "garrison")
        if let accept = location.accept { request.headers.add(name: "Accept", value: accept) }
        if partial.size > 0, let condition = Validators.kept(besides: partial.path).ifRange {
            request.headers.add(name: "Range", value: "bytes=\(partial.size)-")
            request.headers.add(name: "If-Range", value: condition)
        } else if kept.sha256 != nil {
            if let etag = kept.etag { request.headers.add(name: "If-None-Match", value: etag) }
            if let date = kept.lastModified { request.headers.add(name: "If-Modified-Since", value: date) }
        }
        return request
    }

    /// Whether a partial response begins where the file ends. RFC 9110 section 14.4.
    private func continues(_ response: HTTPClientResponse, _ partial: PartialFile) -> Bool {
        response.headers.first(name: "Content-Range")?.hasPrefix("bytes \(partial.size)-") ?? false
    }

    private func receive(
        _ response: HTTPClientResponse, _ partial: PartialFile, _ published: PublishedChecksum?
    ) async throws -> (sha256: String, isNew: Bool) {
        let expected = response.headers.first(name: "Content-Length").flatMap(Int64.init).map { $0 + partial.size }
        try await save(response, partial, expected: expected)
        let checksums = PublishedChecksum.all(in: response.headers) + (published.map { [$0] } ?? [])
        let sha256: String
        do {
            let (file, name) = (partial.path, location.url)
            sha256 = try await offloaded {
                for checksum in checksums { try checksum.verify(path: file, name: name) }
                return try FileDigest.sha256(path: file)
            }
        } catch let error as IntelligenceError {
            // Another attempt begins anew: no part of what came can be trusted.
            partial.discard()
            throw TransferFailure(error, retry: .backoff)
        }
        var validators = Validators.kept(besides: partial.path)
        validators.sha256 = sha256
        validators.contentSHA256 = published?.value
        validators.checkedAt = Date()
        validators.publishedName = location.url.split(separator: "/").last.map(String.init)
        let isNew = Validators.kept(besides: path).sha256 != sha256
        try attempt { () throws(IntelligenceError) in try partial.complete(as: path) }
        validators.keep(besides: path)
        return (sha256, isNew)
    }

    private func save(_ response: HTTPClientResponse, _ partial: PartialFile, expected: Int64?) async throws {
        let tooLarge = TransferFailure(.tooLarge(url: location.url, limit: settings.maximumBytes))
        if let expected, expected > settings.maximumBytes { throw tooLarge }
        do {
            for try await buffer in response.body {
                if partial.size + Int64(buffer.readableBytes) > settings.maximumBytes {
                    partial.discard()
                    throw tooLarge
                }
                if ContinuousClock.now >= deadline { throw HTTPClientError.deadlineExceeded }
                try buffer.withUnsafeReadableBytes { try partial.append($0) }
                progress(location.fileName, partial.size, expected)
            }
        } catch {
            throw try failure(error)
        }
        if let expected, expected != partial.size {
            let reason = "\(partial.size) of \(expected) bytes came"
            throw TransferFailure(.broken(url: location.url, reason: reason), retry: .backoff)
        }
    }

    /// The checksum in a text of its own, where the publisher has one; nil when it cannot be made out.
    private func publishedChecksum() async throws -> PublishedChecksum? {
        guard let url = location.checksumURL else { return nil }
        return try await text(at: url).flatMap(PublishedChecksum.meta)
    }

    /// A short text; nil where there is none.
    private func text(at url: String) async throws -> String? {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "garrison")
        let response = try await execute(request)
        if response.status.code == 404 { return nil }
        guard response.status.code == 200 else { throw TransferFailure(response, url: url) }
        do {
            return String(buffer: try await response.body.collect(upTo: 64 << 10))
        } catch {
            throw try failure(error)
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: TimeAmount(deadline - ContinuousClock.now))
        } catch {
            throw try failure(error)
        }
    }

    private func attempt<Answer>(_ body: () throws(IntelligenceError) -> Answer) throws -> Answer {
        do {
            return try body()
        } catch {
            throw TransferFailure(error)
        }
    }

    private func failure(_ error: any Error) throws -> TransferFailure {
        if let failure = error as? TransferFailure { return failure }
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        return TransferFailure(client: error, url: location.url, settings: settings)
    }

    /// Runs what waits for the disk where nothing else waits for it.
    private func offloaded<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
