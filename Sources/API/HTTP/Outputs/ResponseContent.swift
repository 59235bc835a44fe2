import HTTPTypes
import Hummingbird

/// What a route answers with when all goes well.
public protocol ResponseContent: Sendable {
    /// What the document says of the response.
    static var contract: ResponseContract { get }
    /// The response to one request.
    func response(in scope: RequestScope) throws -> Response
}

/// The documented side of a response.
public struct ResponseContract: Sendable {
    public let status: HTTPResponse.Status
    /// One sentence.
    public let description: String
    /// Nil for a response without a body.
    public let mediaType: String?
    /// The shape of a JSON body.
    public let schema: Schema?
    /// Headers that clients act on: name and meaning.
    public let headers: [(name: String, meaning: String)]
    /// Whether `If-None-Match` is answered with 304.
    public let isConditional: Bool

    public init(
        status: HTTPResponse.Status = .ok, description: String, mediaType: String?, schema: Schema? = nil,
        headers: [(name: String, meaning: String)] = [], isConditional: Bool = false
    ) {
        self.status = status
        self.description = description
        self.mediaType = mediaType
        self.schema = schema
        self.headers = headers
        self.isConditional = isConditional
    }
}

/// A type that is sent as a JSON body with status 200.
public protocol JSONContent: ResponseContent, JSONWritable, SchemaProviding {}

extension JSONContent {
    public static var contract: ResponseContract {
        ResponseContract(description: "As asked.", mediaType: "application/json", schema: schema)
    }

    public func response(in scope: RequestScope) -> Response {
        .json(jsonBytes())
    }
}

extension Response {
    /// A response of ready JSON bytes.
    static func json(
        _ bytes: [UInt8], status: HTTPResponse.Status = .ok, contentType: String = "application/json"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
