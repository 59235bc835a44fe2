import API
import Domain
import Store

/// Settings: the audit trail.
enum AuditPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<PageInput, HTMLContent>(
                .get, "/settings/audit", "Audit trail", tag: "Pages", access: .permission(.manageTenant)
            ) { input, scope in
                let tenant = try scope.tenant
                let before = input["before"].flatMap { Int($0) }
                let events = try await services.store.audit.list(
                    AuditStore.Query(limit: AuditPage.pageSize, cursor: before.map(String.init)), tenant: tenant
                ).items
                var verification: AuditPage.Verification?
                if input["verify"] == "true" {
                    let broken = try await services.store.audit.firstBrokenEntry(tenant: tenant)
                    verification = broken.map { .broken(at: $0) } ?? .intact
                }
                let content = AuditPage.render(events, isFirstPage: before == nil, verification: verification)
                return try await services.page(
                    "Audit trail", .settings, scope,
                    SettingsPage.render(current: "/settings/audit", notice: nil, content: content))
            }.page(signIn: signInPath).erased
        ]
    }
}
