import Domain
import Hummingbird

/// The parts of one request as a ``RouteInput`` reads them: parameters decoded, body read and
/// checked against its contract.
public struct RequestReader: Sendable {
    private let pathParameters: Parameters
    /// What the route calls them, in the order of the path.
    private let pathNames: [String]
    /// Decoded, and only names that the route declares.
    public let query: NameValueList
    /// The checked body of a `.json` route; null on others.
    public internal(set) var json: JSONValue = .null
    /// The fields of a `.form` route; empty on others.
    public internal(set) var form: NameValueList = .empty
    /// The body of a `.stream` route, cut off with `tooLarge` at the route's limit.
    public internal(set) var stream: LimitedBody?

    init(
        request: Request, parameters: Parameters, names: [String], allowed: [String]
    ) throws(RequestError) {
        pathParameters = parameters
        pathNames = names
        query = try request.uri.query.map { text throws(RequestError) in try NameValueList(encoded: text) } ?? .empty
        for pair in query.pairs where !allowed.contains(pair.name) {
            throw .unknownParameter(name: pair.name, allowed: allowed)
        }
    }

    /// The value of a declared path parameter.
    public func path<Value>(_ parameter: PathParameter<Value>) throws(RequestError) -> Value {
        guard let place = pathNames.firstIndex(of: parameter.name),
            let encoded = pathParameters[PathTemplate.routerName(place)[...]]
        else { throw .missingParameter(name: parameter.name) }
        guard let text = PercentCoding.decode(encoded), let value = Value(parameter: text) else {
            throw .invalidParameter(name: parameter.name, rule: Value.parameterRule)
        }
        return value
    }

    /// The value of a declared query parameter; nil when it is absent or empty.
    public func query<Value>(_ parameter: QueryParameter<Value>) throws(RequestError) -> Value? {
        guard let text = query[parameter.name], !text.isEmpty else { return nil }
        guard let value = Value(parameter: text) else {
            throw .invalidParameter(name: parameter.name, rule: Value.parameterRule)
        }
        return value
    }
}
