import API
import Domain
import Store

/// The administrator's page: users, tokens, the audit trail.
enum SettingsRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<NoInput, HTMLContent>(
                .get, "/settings", "Settings", tag: "Pages", access: .permission(.manageUsers)
            ) { _, scope in
                let tenant = try scope.tenant
                async let users = services.store.users.list(tenant: tenant)
                async let tokens = services.store.tokens.list(tenant: tenant)
                async let events = services.store.audit.list(limit: 50, tenant: tenant)
                let content = SettingsPage.render(
                    users: try await users, tokens: try await tokens, events: try await events)
                return HTMLContent(try await services.layout("Settings", .settings, scope).render(content).text)
            }.page(signIn: signInPath).erased
        ]
    }
}
