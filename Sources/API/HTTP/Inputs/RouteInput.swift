/// What a route needs of a request: declared for the document, read for the handler.
///
///     struct ListFindings: RouteInput {
///         static let severity = QueryParameter<Severity>("severity", "Only this severity.")
///         static let parameters: [any ParameterDescribing] = [severity] + PageRequest.parameters
///         let severity: Severity?
///         let page: PageRequest
///
///         init(from request: RequestReader) throws {
///             severity = try request.query(Self.severity)
///             page = try PageRequest(from: request)
///         }
///     }
public protocol RouteInput: Sendable {
    /// Path and query parameters. Query parameters that are not here are refused.
    static var parameters: [any ParameterDescribing] { get }
    /// The body it takes.
    static var body: BodyContract { get }
    /// Reads the input. Throws what the client did wrong.
    init(from request: RequestReader) throws
}

extension RouteInput {
    public static var parameters: [any ParameterDescribing] { [] }
    public static var body: BodyContract { .none }
}

/// The input of a route that takes none.
public struct NoInput: RouteInput {
    public init() {}
    public init(from request: RequestReader) {}
}

/// An input that is the JSON body alone.
public protocol JSONInput: RouteInput, SchemaProviding {
    /// Reads a value that has been checked against `schema`.
    init(json: JSONValue) throws(RequestError)
}

extension JSONInput {
    public static var body: BodyContract { .json(schema) }
    public init(from request: RequestReader) throws { try self.init(json: request.json) }
}
