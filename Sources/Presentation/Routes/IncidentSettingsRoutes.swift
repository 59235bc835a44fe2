import API
import Domain
import Identity
import Store

/// Settings: how alerts become incidents.
enum IncidentSettingsRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [show(services), save(services)] }

    private static let path = "/settings/incidents"

    private static func page(
        _ services: PageServices, _ scope: RequestScope, notice: String? = nil,
        form: FormFields = FormFields("incidents")
    ) async throws -> HTMLContent {
        let settings = try await services.store.incidents.settings(tenant: try scope.tenant)
        let content = IncidentSettingsPage.render(settings, form: form, csrfToken: services.csrfToken(scope))
        return try await services.page(
            "Incident settings", .settings, scope,
            SettingsPage.render(current: path, notice: notice, content: content))
    }

    private static func show(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Incident settings", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            try await page(services, scope, notice: input["notice"])
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("window_minutes", .string(length: 1...20)),
            .field("resolves_at_vendor", .oneOf(["on", "off"])),
        ])
        let entered: [String: String]

        init(from request: RequestReader) throws {
            entered = FormFields.entered(request, ["window_minutes", "resolves_at_vendor"])
        }

        /// What is no number breaks the bounds, and is said to.
        var settings: IncidentSettings {
            IncidentSettings(
                windowMinutes: entered["window_minutes"].flatMap { Int($0) } ?? 0,
                resolvesAtVendor: entered["resolves_at_vendor"] == "on")
        }
    }

    private static func save(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, path, "Set incident settings by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            do {
                let principal = try scope.principal
                try await services.store.incidents.setSettings(
                    input.settings, tenant: principal.tenant, by: principal)
                return .elsewhere(SeeOther("\(path)?notice=incidents"))
            } catch let error as StoreError {
                let form = FormFields("incidents", entered: input.entered, error: error)
                return .page(try await page(services, scope, form: form))
            }
        }.page(signIn: signInPath).erased
    }
}
