import Domain
import HTTPTypes
import Identity

/// A ready answer to a GET of a target (path and query); nil when there is none. Must not wait: it is
/// asked on event loops.
typealias ReadyLookup = @Sendable (_ principal: Principal, _ target: String) -> CachedBody?

/// One operation of the API as a value: what it is called with, who may call it, what it answers and
/// how. The router, the OpenAPI document, the reference page and the authorisation tests are all
/// made from these values.
public struct Route<Input: RouteInput, Output: ResponseContent>: Sendable {
    public let method: HTTPRequest.Method
    /// `/api/endpoints/{id}`.
    public let path: String
    /// A few words; also the operation's id, in camel case.
    public let summary: String
    /// As many sentences as it needs.
    public var description: String
    /// The group in the document: the resource's name.
    public var tag: String
    public var access: Access
    public var limits: RouteLimits
    /// Codes of errors besides those that every route has: `endpoint.not_found`.
    public var errors: [String]
    /// False for pages and assets, which the API's document does not list.
    public var isDocumented = true
    public var anonymousAnswer = AnonymousAnswer.problem
    /// Looks for a ready response before the handler is asked.
    var ready: ReadyLookup?
    let handler: @Sendable (Input, RequestScope) async throws -> Output

    public init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, tag: String, access: Access,
        description: String = "", errors: [String] = [], limits: RouteLimits = .standard,
        handler: @escaping @Sendable (Input, RequestScope) async throws -> Output
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.tag = tag
        self.access = access
        self.description = description
        self.errors = errors
        self.limits = limits
        self.handler = handler
    }

    /// The route with a way to answer from memory, for callers who have its permission. Whatever is
    /// given out has been the handler's answer to a request of the same tenant for the same target.
    func ready(by lookup: @escaping ReadyLookup) -> Route {
        var copy = self
        copy.ready = lookup
        return copy
    }

    /// The route as a page for people: not in the API's document, anonymous visitors are sent to sign in.
    public func page(signIn: String? = nil) -> Route {
        var copy = self
        copy.isDocumented = false
        if let signIn { copy.anonymousAnswer = .redirect(to: signIn) }
        return copy
    }

    /// The route with its types erased, ready for a ``RouteCatalogue``.
    public var erased: AnyRoute { AnyRoute(self) }
}
