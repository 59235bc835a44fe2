import Domain
import HTTPTypes
import Hummingbird

/// A ``Route`` whose types are only known to itself: what lists of routes hold.
public struct AnyRoute: Sendable {
    public let method: HTTPRequest.Method
    public let path: String
    public let summary: String
    public let description: String
    public let tag: String
    public let access: Access
    public let limits: RouteLimits
    public let errors: [String]
    public let isDocumented: Bool
    public let anonymousAnswer: AnonymousAnswer
    public let parameters: [any ParameterDescribing]
    public let body: BodyContract
    public let output: ResponseContract
    let ready: ReadyLookup?
    let respond: @Sendable (RequestReader, RequestScope) async throws -> Response

    public init<Input, Output>(_ route: Route<Input, Output>) {
        method = route.method
        path = route.path
        summary = route.summary
        description = route.description
        tag = route.tag
        access = route.access
        limits = route.limits
        errors = route.errors
        isDocumented = route.isDocumented
        anonymousAnswer = route.anonymousAnswer
        parameters = Input.parameters
        body = Input.body
        output = Output.contract
        ready = route.ready
        respond = { [handler = route.handler] reader, scope in
            try await handler(Input(from: reader), scope).response(in: scope)
        }
    }

    /// The operation's name in the document: the summary in camel case.
    public var operationID: String {
        let words = summary.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
        return words.enumerated().map {
            $0.offset == 0 ? $0.element : $0.element.prefix(1).uppercased() + $0.element.dropFirst()
        }
        .joined()
    }

    /// The names of query parameters it takes.
    var queryNames: [String] { parameters.filter { !$0.isInPath }.map(\.name) }

    /// Whether requests change something.
    var isWrite: Bool { method != .get && method != .head && method != .options }
}
