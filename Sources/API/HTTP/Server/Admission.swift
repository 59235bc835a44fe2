import Domain
import Identity

/// Who is asking, may they, and not too often: the checks before anything of the request is read.
struct Admission {
    let route: AnyRoute
    let services: APIServices

    /// Puts the principal into the exchange's scope. Routes that may have a ready answer are not
    /// limited here: giving it costs less than refusing it, so ``limit(_:)`` comes when there is none.
    /// - Throws: ``RequestError`` for 401, 403 and 429; what the authenticator throws.
    func admit(_ exchange: inout Exchange) async throws {
        guard case .permission(let permission) = route.access else {
            return try limit(exchange)
        }
        let principal = try await authenticate(&exchange)
        exchange.scope.signedIn = principal
        if route.ready == nil { try limit(exchange) }
        guard principal.may(permission) else {
            throw RequestError.notPermitted(
                needed: permission.rawValue,
                role: principal.scope.map { "\(principal.role.rawValue) with the scope \($0.rawValue)" }
                    ?? principal.role.rawValue)
        }
    }

    private func authenticate(_ exchange: inout Exchange) async throws -> Principal {
        let principal: Principal?
        switch Credentials(exchange.request.headers, cookieName: services.sessionCookie) {
        case .none:
            try limit(.anonymous(exchange.scope.clientAddress()))
            throw RequestError.signInRequired
        case .bearer(let token): principal = try await services.authenticator.authenticate(bearer: token)
        case .session(let cookie):
            principal = try await services.authenticator.authenticate(session: cookie)
            exchange.scope.session = cookie
        }
        guard let principal else {
            try services.rateLimiter?.take(1, from: .failures(exchange.scope.clientAddress()))
            throw RequestError.invalidCredentials
        }
        return principal
    }

    /// Takes the request from what its client may ask for.
    func limit(_ exchange: Exchange) throws(RequestError) {
        if let principal = exchange.scope.signedIn {
            try limit(.principal(principal.tenant, principal.subject))
        } else {
            try limit(.anonymous(exchange.scope.clientAddress()))
        }
    }

    private func limit(_ client: @autoclosure () -> RateLimiter.Client) throws(RequestError) {
        guard route.limits.cost > 0, let limiter = services.rateLimiter else { return }
        try limiter.take(route.limits.cost, from: client())
    }
}
