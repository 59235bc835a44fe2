import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// Finds whole answers to requests in memory, with every check that a route makes: who asks, and may
/// they. It knows programs with a token only; whatever it does not know goes the usual way.
public struct ReadyAnswers: Sendable {
    fileprivate struct Target: Sendable {
        let permission: Permission
        let lookup: ReadyLookup
        let meter: RouteMeter
    }

    /// An answer to one request.
    struct Answer {
        let head: HTTPResponse
        /// Nil for 304.
        let body: ByteBuffer?
        let recall: Recall

        var meter: RouteMeter { recall.meter }
    }

    /// An answer given before, with what it takes to know that the same request may have it again.
    struct Recall {
        let head: HTTPResponse
        /// The client's own name for its requests.
        let requestID: String?
        let meter: RouteMeter
        fileprivate let token: String
        fileprivate let path: String
        fileprivate let etag: String
        fileprivate let target: Target

        fileprivate var isCurrent: Bool { head.status == .notModified }
    }

    /// By path, without query.
    private let targets: [Substring: Target]
    private let services: APIServices
    private let serverName: String

    init(_ routes: [AnyRoute], services: APIServices, serverName: String) {
        var targets: [Substring: Target] = [:]
        for route in routes where route.method == .get {
            guard let lookup = route.ready, case .permission(let permission) = route.access else { continue }
            targets[route.path[...]] = Target(
                permission: permission, lookup: lookup,
                meter: services.metrics.meter(method: route.method.rawValue, path: route.path))
        }
        self.targets = targets
        self.services = services
        self.serverName = serverName
    }

    func find(_ request: HTTPRequest) -> Answer? {
        guard request.method == .get, let path = request.path, let target = targets[path.prefix { $0 != "?" }],
            // Whoever wants the connection closed, or upgraded, is somebody else's business.
            request.headerFields[.connection] == nil,
            case .bearer(let token) = Credentials(request.headerFields, cookieName: services.sessionCookie),
            let principal = services.authenticator.remembered(bearer: token), principal.may(target.permission),
            let ready = target.lookup(principal, path)
        else { return nil }
        let isCurrent = request.headerFields[.ifNoneMatch].map(ready.matches) ?? false
        var fields = ready.headers(isCurrent: isCurrent)
        fields.append(HTTPField(name: .requestID, value: RequestID.make(given: request.headerFields[.requestID])))
        fields.append(HTTPField(name: .date, value: HTTPDate.now))
        fields.append(HTTPField(name: .server, value: serverName))
        SecurityHeaders.complete(&fields, for: request.headerFields, services: services)
        let response = HTTPResponse(status: isCurrent ? .notModified : .ok, headerFields: fields)
        return Answer(
            head: response, body: isCurrent ? nil : ready.body,
            recall: Recall(
                head: response, requestID: request.headerFields[.requestID], meter: target.meter, token: token,
                path: path, etag: ready.etag, target: target))
    }

    /// Whether the request that was answered so would be answered the same now.
    /// - Returns: nil when not, else the body; none with 304.
    func body(for recall: Recall) -> ByteBuffer?? {
        guard let principal = services.authenticator.remembered(bearer: recall.token),
            principal.may(recall.target.permission), let ready = recall.target.lookup(principal, recall.path),
            ready.etag == recall.etag
        else { return nil }
        return .some(recall.isCurrent ? nil : ready.body)
    }
}
