import HTTPTypes
import Hummingbird
import NIOCore

/// A response rendered once and sent many times: bytes and headers are ready, `If-None-Match` is
/// answered with 304. Whoever keeps it must drop it when what it shows changes.
public struct CachedBody: Sendable {
    let body: ByteBuffer
    let headers: HTTPFields
    /// Quoted, as in the header.
    public let etag: String

    /// - Parameters:
    ///   - bytes: the whole body.
    ///   - headers: what goes with it besides Content-Type, Content-Length, ETag and Cache-Control.
    ///   - etag: unquoted; made from the bytes when nil.
    public init(
        _ bytes: [UInt8], contentType: String = "application/json", headers: HTTPFields = [:], etag: String? = nil
    ) {
        self.init(
            body: ByteBuffer(bytes: bytes), headers: headers, contentType: contentType,
            etag: etag ?? Self.fingerprint(bytes))
    }

    /// Renders content now, for requests to the same target.
    public init<Content: JSONContent>(_ content: Content, in scope: RequestScope) {
        self.init(content.jsonBytes())
    }

    /// Renders a page now, for requests to the same target: its Link header names it.
    public init<Element>(_ page: Page<Element>, in scope: RequestScope) {
        let body = page.body
        let etag = body.withUnsafeReadableBytes { Self.fingerprint($0) }
        self.init(body: body, headers: page.headers(in: scope), contentType: "application/json", etag: etag)
    }

    private init(body: ByteBuffer, headers: HTTPFields, contentType: String, etag: String) {
        self.body = body
        self.etag = "\"\(etag)\""
        var fields = SecurityHeaders.api
        for field in headers { fields[field.name] = field.value }
        fields[.contentType] = contentType
        fields[.contentLength] = String(body.readableBytes)
        fields[.eTag] = self.etag
        fields[.cacheControl] = "private, no-cache"
        self.headers = fields
    }

    /// The size of the body in bytes.
    public var count: Int { body.readableBytes }

    /// 200 with the body, or 304 when the client has it.
    func response(ifNoneMatch: String?) -> Response {
        let isCurrent = ifNoneMatch.map(matches) ?? false
        let body = isCurrent ? ResponseBody() : ResponseBody(byteBuffer: body)
        return Response(status: isCurrent ? .notModified : .ok, headers: headers(isCurrent: isCurrent), body: body)
    }

    /// - Parameter isCurrent: whether the client has the body already, so that 304 is all it gets.
    func headers(isCurrent: Bool) -> HTTPFields {
        guard isCurrent else { return headers }
        var fields = headers
        fields[.contentLength] = nil
        fields[.contentType] = nil
        return fields
    }

    /// RFC 9110 section 13.1.2: a list of tags, compared weakly, or `*`.
    func matches(_ list: String) -> Bool {
        list == etag || list == "*"
            || list.split(separator: ",").contains { tag in
                let trimmed = tag.drop { $0 == " " }
                return (trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed) == etag
            }
    }

    static func fingerprint(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { fingerprint($0) } }

    /// 64 bits: tells versions of one resource apart; not meant against forgery. Eight bytes a step, each
    /// mixed with the multiplication and fold of wyhash.
    private static func fingerprint(_ bytes: UnsafeRawBufferPointer) -> String {
        func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
            let product = (hash ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
            return product.high ^ product.low
        }
        var hash = UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mix(hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
        return String(mix(hash, rest), radix: 16)
    }
}

/// Content that comes from a ``CachedBody``, documented as what it was rendered from.
public struct Cached<Content: ResponseContent>: ResponseContent {
    public let body: CachedBody

    public init(_ body: CachedBody) { self.body = body }

    public static var contract: ResponseContract {
        let base = Content.contract
        return ResponseContract(
            status: base.status, description: base.description, mediaType: base.mediaType, schema: base.schema,
            headers: base.headers + [("ETag", "The version of the body; send it back in If-None-Match.")],
            isConditional: true)
    }

    public func response(in scope: RequestScope) -> Response {
        body.response(ifNoneMatch: scope.head.headerFields[.ifNoneMatch])
    }
}
