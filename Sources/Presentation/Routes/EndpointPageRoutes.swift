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
            view(.findings, "Endpoint", services, findings), view(.patches, "Endpoint patches", services, patches),
            view(.software, "Endpoint software", services, software),
            view(.history, "Endpoint history", services, history), scan(services), describe(services),
        ]
    }

    private typealias Content = @Sendable (Store, EndpointDetail, PageInput, TenantID) async throws -> HTML

    private static func view(
        _ view: EndpointPage.View, _ summary: String, _ services: PageServices, _ content: @escaping Content
    ) -> AnyRoute {
        let path = "/endpoints/{id}" + (view == .findings ? "" : "/\(view.rawValue)")
        return Route<EndpointPageInput, HTMLContent>(
            .get, path, summary, tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(services, scope, input.id, view, input.page, content)
        }.page(signIn: signInPath).erased
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, _ id: EndpointID, _ view: EndpointPage.View,
        _ input: PageInput, _ content: Content, context: FormFields = FormFields("context")
    ) async throws -> HTMLContent {
        let tenant = try scope.tenant
        let endpoint = try await services.store.endpoints.detail(id, tenant: tenant)
        let task = try await task(input["task"], services.store, tenant: tenant)
        let body = try await services.fragment(scope.address, scope) {
            try await content(services.store, endpoint, input, tenant)
        }
        let actions = EndpointPage.Actions(
            csrfToken: services.csrfToken(scope), canScan: try scope.principal.may(.scan), context: context)
        return try await services.page(
            endpoint.summary.hostname, .endpoints, scope,
            EndpointPage.render(endpoint, view: view, actions: actions, task: task, content: body))
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
        let query = FindingStore.EndpointQuery(
            status: input["status"].flatMap(FindingStatus.init(rawValue:)),
            severity: input["severity"].flatMap(Severity.init(rawValue:)), search: input["search"],
            limit: EndpointFindings.pageSize, cursor: try input.cursor)
        async let counts = store.findings.counts(ofEndpoint: endpoint.summary.id, tenant: tenant)
        let page = try await store.findings.list(query, of: endpoint.summary.id, tenant: tenant)
        let content = EndpointFindings.Content(
            page: page, counts: try await counts, query: query, next: PageInput.place(page.next))
        return EndpointFindings.render(content, endpoint: endpoint)
    }

    private static let patches: Content = { store, endpoint, _, tenant in
        EndpointPatches.render(
            try await store.patches.missing(
                on: endpoint.summary.id, limit: EndpointPatches.pageSize, tenant: tenant))
    }

    private static let software: Content = { store, endpoint, input, tenant in
        let software = try await store.endpoints.software(endpoint.summary.id, tenant: tenant)
        return EndpointSoftware.render(software, search: input["search"], offset: input.offset, endpoint: endpoint)
    }

    private static let history: Content = { store, endpoint, input, tenant in
        let cursor = try input.cursor
        let page = try await store.findings.history(
            of: endpoint.summary.id, limit: EndpointHistory.pageSize, cursor: cursor, tenant: tenant)
        return EndpointHistory.render(
            page, isFirstPage: cursor == nil, next: PageInput.place(page.next), endpoint: endpoint)
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
            .field("criticality", .cases(of: AssetCriticality.self)), .optional("tags", .string(length: 0...20_000)),
        ])
        let id: EndpointID
        let entered: [String: String]

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            entered = FormFields.entered(request, ["exposure", "criticality", "tags"])
        }

        /// Nil where the form does not speak of them.
        var tags: [String]? {
            entered["tags"].map { text in
                text.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
                    .map(String.init)
            }
        }
    }

    private static func describe(_ services: PageServices) -> AnyRoute {
        Route<ContextForm, PageOrRedirect>(
            .post, "/endpoints/{id}/context", "Describe endpoint", tag: "Pages", access: .permission(.scan)
        ) { input, scope in
            let principal = try scope.principal
            do {
                try await services.store.endpoints.setContext(
                    input.id, exposure: input.entered["exposure"], criticality: input.entered["criticality"],
                    tags: input.tags, by: principal)
            } catch let error as StoreError {
                if case .notFound = error { throw error }
                let form = FormFields("context", entered: input.entered, error: error)
                return .page(try await page(services, scope, input.id, .findings, PageInput(), findings, context: form))
            }
            let task = try await services.store.startScan(of: [input.id], by: principal)
            return .elsewhere(SeeOther("/endpoints/\(input.id)?task=\(task)"))
        }.page(signIn: signInPath).erased
    }
}
