import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Runs a request that brings an `Idempotency-Key` at most once.
struct Idempotency {
    private static let keyLength = 1...255

    let store: (any IdempotencyStore)?

    /// The handler's answer, or the one that the same request got before. Failed requests are
    /// forgotten, so that they can be tried again under the same key.
    func answer(
        _ scope: RequestScope, body: [UInt8], _ work: @Sendable () async throws -> Response
    ) async throws -> Response {
        guard let store, let key = try Self.key(scope, body: body) else { return try await work() }
        switch try await store.begin(key) {
        case .mismatch: throw RequestError.idempotencyKeyReused
        case .inProgress: throw RequestError.idempotencyInProgress
        case .replay(let stored): return Self.replay(stored)
        case .claimed: return try await Self.run(work, key, store)
        }
    }

    private static func run(
        _ work: @Sendable () async throws -> Response, _ key: IdempotencyKey, _ store: any IdempotencyStore
    ) async throws -> Response {
        do {
            let response = try await work()
            guard let stored = try await StoredResponse(response) else {
                try await store.abandon(key)
                return response
            }
            try await store.complete(key, with: stored)
            return response
        } catch {
            try await store.abandon(key)
            throw error
        }
    }

    private static func key(_ scope: RequestScope, body: [UInt8]) throws(RequestError) -> IdempotencyKey? {
        guard scope.head.method == .post, let principal = scope.signedIn,
            let text = scope.head.headerFields[.idempotencyKey]
        else { return nil }
        guard keyLength.contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .invalidIdempotencyKey
        }
        let target = Array((scope.head.path ?? "/").utf8)
        return IdempotencyKey(
            tenant: principal.tenant, subject: principal.subject, key: text,
            fingerprint: "\(CachedBody.fingerprint(target))-\(body.count)-\(CachedBody.fingerprint(body))")
    }

    private static func replay(_ stored: StoredResponse) -> Response {
        var fields: HTTPFields = [.idempotencyReplayed: "true"]
        if let contentType = stored.contentType { fields[.contentType] = contentType }
        if let location = stored.location { fields[.location] = location }
        return Response(
            status: .init(code: stored.status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: stored.body)))
    }
}

extension StoredResponse {
    /// Nil for streams, which cannot be repeated.
    init?(_ response: Response) async throws {
        guard response.body.contentLength != nil else { return nil }
        let collected = Collected()
        try await response.body.write(CollectingWriter(collected: collected))
        self.init(
            status: response.status.code, contentType: response.headers[.contentType],
            location: response.headers[.location], body: Array(collected.buffer.readableBytesView))
    }

    private final class Collected {
        var buffer = ByteBuffer()
    }

    private struct CollectingWriter: ResponseBodyWriter {
        let collected: Collected

        mutating func write(_ buffer: ByteBuffer) { collected.buffer.writeImmutableBuffer(buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) {}
    }
}
