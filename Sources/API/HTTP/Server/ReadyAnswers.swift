import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// Finds whole answers to requests in memory, with every check that a route makes: who asks, and may
/// they. It knows programs with a token only; whatever it does not know goes the usual way.
public struct ReadyAnswers: Sendable {
    private struct Target: Sendable {
        let permission: Permission
        let lookup: ReadyLookup
        let meter: RouteMeter
    }

    /// An answer to one request.
    struct Answer {
        let head: HTTPResponse
        /// Nil for 304.
        let body: ByteBuffer?
        let meter: RouteMeter
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
        return Answer(
            head: HTTPResponse(status: isCurrent ? .notModified : .ok, headerFields: fields),
            body: isCurrent ? nil : ready.body, meter: target.meter)
    }
}
