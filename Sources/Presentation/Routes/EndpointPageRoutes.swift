import API
import Domain
import FoundationEssentials
import Identity
import Risk
import Store

/// The views of one endpoint, and what can be done to it.
enum EndpointPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            view(.findings, "Endpoint", services, findings), view(.software, "Endpoint software", services, software),
            view(.history, "Endpoint history", services, history), scan(services), describe(services),
        ]
    }

    /// More findings than this on one machine are cut off; the API pages through all.
    static let findingLimit = 10_000

    private typealias Content = @Sendable (Store, EndpointDetail, PageInput, TenantID) async throws -> HTML

    private static func view(
        _ view: EndpointPage.View, _ summary: String, _ services: PageServices, _ content: @escaping Content
    ) -> AnyRoute {
        let path = "/endpoints/{id}" + (view == .findings ? "" : "/\(view.rawValue)")
        return Route<EndpointPageInput, HTMLContent>(
            .get, path, summary, tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let endpoint = try await services.store.endpoints.detail(input.id, tenant: tenant)
            let task = try await task(input.page["task"], services.store, tenant: tenant)
            let body = try await services.fragment(scope.address, scope) {
                try await content(services.store, endpoint, input.page, tenant)
            }
            let actions = EndpointPage.Actions(
                csrfToken: services.csrfToken(scope), canScan: try scope.principal.may(.scan))
            return try await services.page(
                endpoint.summary.hostname, .endpoints, scope,
                EndpointPage.render(endpoint, view: view, actions: actions, task: task, content: body))
        }.page(signIn: signInPath).erased
    }

    /// The task that the address names; nil when it is none of the tenant's.
    private static func task(_ id: String?, _ store: Store, tenant: TenantID) async throws -> JobStore.Job? {
        guard let id = id.flatMap({ TaskID($0) }) else { return nil }
        do {
            return try await store.jobs.find(id, tenant: tenant)
        } catch StoreError.notFound {
            return nil
        }
    }

    private static let findings: Content = { store, endpoint, input, tenant in
        let findings = try await store.findings.ofEndpoint(endpoint.summary.id, limit: findingLimit, tenant: tenant)
        let filter = EndpointFindings.Filter(
            status: input["status"].flatMap(FindingStatus.init(rawValue:)),
            severity: input["severity"].flatMap(Severity.init(rawValue:)), search: input["search"], offset: input.offset
        )
        return EndpointFindings.render(findings, filter: filter, endpoint: endpoint)
    }

    private static let software: Content = { store, endpoint, input, tenant in
        let software = try await store.endpoints.software(endpoint.summary.id, tenant: tenant)
        return EndpointSoftware.render(software, search: input["search"], offset: input.offset, endpoint: endpoint)
    }

    private static let history: Content = { store, endpoint, _, tenant in
        let findings = try await store.findings.ofEndpoint(endpoint.summary.id, limit: findingLimit, tenant: tenant)
        return EndpointHistory.render(findings, endpoint: endpoint)
    }

    private struct ScanForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: EndpointID

        init(from request: RequestReader) throws { id = try request.path(EndpointPageInput.id) }
    }

    private static func scan(_ services: PageServices) -> AnyRoute {
        Route<ScanForm, SeeOther>(
            .post, "/endpoints/{id}/scan", "Scan endpoint", tag: "Pages", access: .permission(.scan)
        ) { input, scope in
            try await services.store.endpoints.requireAll([input.id], tenant: try scope.tenant)
            let task = try await services.store.startScan(of: [input.id], by: try scope.principal)
            return SeeOther("/endpoints/\(input.id)?task=\(task)")
        }.page(signIn: signInPath).erased
    }

    private struct ContextForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("exposure", .cases(of: Exposure.self)),
            .field("criticality", .cases(of: AssetCriticality.self)),
        ])
        let id: EndpointID
        let exposure: String?
        let criticality: String?

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            exposure = request.form["exposure"]
            criticality = request.form["criticality"]
        }
    }

    private static func describe(_ services: PageServices) -> AnyRoute {
        Route<ContextForm, SeeOther>(
            .post, "/endpoints/{id}/context", "Describe endpoint", tag: "Pages", access: .permission(.scan)
        ) { input, scope in
            let tenant = try scope.tenant
            try await services.store.endpoints.setContext(
                input.id, exposure: input.exposure, criticality: input.criticality, tenant: tenant)
            services.store.cache.invalidate(tenant)
            let task = try await services.store.startScan(of: [input.id], by: try scope.principal)
            return SeeOther("/endpoints/\(input.id)?task=\(task)")
        }.page(signIn: signInPath).erased
    }
}
