import API
import Domain
import FoundationEssentials
import Identity
import Store

/// Settings: agents and the tokens that enrol them.
enum AgentPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), make(services), withdraw(services), accept(services), revoke(services), replaceKey(services)]
    }

    private static let path = "/settings/agents"

    private static func page(
        _ services: PageServices, _ scope: RequestScope, secret: String? = nil, notice: String? = nil
    ) async throws -> HTMLContent {
        let tenant = try scope.tenant
        let content = AgentsPage.render(
            try await services.store.agents.list(tenant: tenant),
            enrolments: try await services.store.enrolments.list(tenant: tenant),
            keys: try await services.store.patchKeys.list(tenant: tenant), secret: secret,
            csrfToken: services.csrfToken(scope))
        return try await services.page(
            "Agents", .settings, scope, SettingsPage.render(current: path, notice: notice, content: content))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Agents", tag: "Pages", access: .permission(.manageTokens)
        ) { input, scope in
            try await page(services, scope, notice: input["notice"])
        }.page(signIn: signInPath).erased
    }

    private struct NewToken: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("name", .string(length: 1...200)), .field("uses", .string),
            .field("hours", .string),
        ])
        let name: String
        let uses: Int
        let hours: Int

        init(from request: RequestReader) throws {
            name = request.form["name"] ?? ""
            uses = request.form["uses"].flatMap { Int($0) }.map { min(max($0, 1), 100_000) } ?? 1
            hours = request.form["hours"].flatMap { Int($0) }.map { min(max($0, 1), 8_760) } ?? 24
        }
    }

    private static func make(_ services: PageServices) -> AnyRoute {
        Route<NewToken, HTMLContent>(
            .post, path, "Make enrolment token", tag: "Pages", access: .permission(.manageTokens)
        ) { input, scope in
            let principal = try scope.principal
            let token = EnrolmentToken.make(for: principal.tenant)
            try await services.store.enrolments.create(
                name: input.name, uses: input.uses, mayReplace: false, hash: token.digest,
                expiresAt: Date(timeIntervalSinceNow: Double(input.hours) * 3600), tenant: principal.tenant,
                by: principal)
            // The one page that shows the secret: never behind a redirect, which would have to carry it.
            return try await page(services, scope, secret: token.text)
        }.page(signIn: signInPath).erased
    }

    /// A form that names something and says no more.
    private struct Named<Of>: RouteInput {
        static var parameters: [any ParameterDescribing] { [PathParameter<Identifier<Of>>("id", "What is meant.")] }
        static var body: BodyContract { .form([.field("csrf_token", .string)]) }
        let id: Identifier<Of>

        init(from request: RequestReader) throws {
            id = try request.path(PathParameter<Identifier<Of>>("id", "What is meant."))
        }
    }

    private static func withdraw(_ services: PageServices) -> AnyRoute {
        Route<Named<EnrolmentStore.Summary>, SeeOther>(
            .post, "/settings/enrolments/{id}/revoke", "Revoke enrolment token by form", tag: "Pages",
            access: .permission(.manageTokens)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.enrolments.revoke(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=revoked")
        }.page(signIn: signInPath).erased
    }

    private static func accept(_ services: PageServices) -> AnyRoute {
        Route<Named<AgentTag>, SeeOther>(
            .post, "/settings/agents/{id}/accept", "Accept agent by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.agents.accept(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=accepted")
        }.page(signIn: signInPath).erased
    }

    private static func revoke(_ services: PageServices) -> AnyRoute {
        Route<Named<AgentTag>, SeeOther>(
            .post, "/settings/agents/{id}/revoke", "Revoke agent by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.agents.revoke(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=agent")
        }.page(signIn: signInPath).erased
    }

    private struct Press: RouteInput {
        static let body = BodyContract.form([.field("csrf_token", .string)])

        init(from request: RequestReader) {}
    }

    private static func replaceKey(_ services: PageServices) -> AnyRoute {
        Route<Press, SeeOther>(
            .post, "/settings/agents/keys", "Replace key by form", tag: "Pages", access: .permission(.manageTenant)
        ) { _, scope in
            _ = try await services.patchKeys.rotate(by: try scope.principal)
            return SeeOther("\(path)?notice=key")
        }.page(signIn: signInPath).erased
    }
}
