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
        let response = page.response(in: scope)
        var writer = JSONWriter(capacity: 16 + page.elements.count * 160)
        writer.array(page.elements)
        self.init(writer.finish(), headers: response.headers)
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
        guard let ifNoneMatch, matches(ifNoneMatch) else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        var fields = headers
        fields[.contentLength] = nil
        fields[.contentType] = nil
        return Response(status: .notModified, headers: fields)
    }

    /// RFC 9110 section 13.1.2: a list of tags, compared weakly, or `*`.
    private func matches(_ list: String) -> Bool {
        list == etag || list == "*"
            || list.split(separator: ",").contains { tag in
                let trimmed = tag.drop { $0 == " " }
                return (trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed) == etag
            }
    }

    /// 64 bits of FNV-1a: tells versions of one resource apart; not meant against forgery.
    static func fingerprint(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
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
