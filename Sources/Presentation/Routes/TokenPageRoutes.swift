import API
import Domain
import FoundationEssentials
import Identity
import Store

/// Settings: the API tokens.
enum TokenPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [list(services), make(services), revoke(services)] }

    private static let path = "/settings"

    private static func page(
        _ services: PageServices, _ scope: RequestScope, secret: String? = nil, notice: String? = nil
    ) async throws -> HTMLContent {
        let tokens = try await services.store.tokens.list(tenant: try scope.tenant)
        let content = TokensPage.render(tokens, secret: secret, csrfToken: services.csrfToken(scope))
        return try await services.page(
            "API tokens", .settings, scope, SettingsPage.render(current: path, notice: notice, content: content))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Settings", tag: "Pages", access: .permission(.manageTokens)
        ) { input, scope in
            try await page(services, scope, notice: input["notice"])
        }.page(signIn: signInPath).erased
    }

    private struct NewToken: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("name", .string(length: 1...200)),
            .field("role", .cases(of: Role.self)), .optional("days", .string),
        ])
        let name: String
        let role: Role
        /// Nil: until it is revoked.
        let days: Int?

        init(from request: RequestReader) throws {
            name = request.form["name"] ?? ""
            role = request.form["role"].flatMap(Role.init(rawValue:)) ?? .viewer
            days = request.form["days"].flatMap { Int($0) }.map { min(max($0, 1), 3660) }
        }
    }

    private static func make(_ services: PageServices) -> AnyRoute {
        Route<NewToken, HTMLContent>(
            .post, "/settings/tokens", "Make token", tag: "Pages", access: .permission(.manageTokens)
        ) { input, scope in
            let principal = try scope.principal
            let token = AccessToken.make(for: principal.tenant)
            let id = TokenID.make()
            try await services.store.tokens.create(
                id: id, name: input.name, role: input.role, hash: token.digest,
                expiresAt: input.days.map { Date(timeIntervalSinceNow: Double($0) * 86_400) }, tenant: principal.tenant,
                by: principal)
            // The one page that shows the secret: never behind a redirect, which would have to carry it.
            return try await page(services, scope, secret: token.text)
        }.page(signIn: signInPath).erased
    }

    private struct Revocation: RouteInput {
        static let id = PathParameter<TokenID>("id", "The token.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: TokenID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func revoke(_ services: PageServices) -> AnyRoute {
        Route<Revocation, SeeOther>(
            .post, "/settings/tokens/{id}/revoke", "Revoke token by form", tag: "Pages",
            access: .permission(.manageTokens)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.tokens.revoke(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=revoked")
        }.page(signIn: signInPath).erased
    }
}
