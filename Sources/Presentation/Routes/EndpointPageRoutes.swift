import API
import Domain
import FoundationEssentials
import Risk
import Store

/// The pages about endpoints.
enum EndpointPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), detail(services), finding(services), scan(services)]
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/endpoints", "Endpoints", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let query = EndpointStore.Query(
                status: input["status"].flatMap(EndpointStatus.init(rawValue:)), search: input["search"],
                sort: input["sort"].flatMap(EndpointStore.Query.Sort.init(rawValue:)) ?? .risk, limit: 50,
                cursor: try input.cursor)
            let page = try await services.store.endpoints.list(query, tenant: try scope.tenant)
            let content = EndpointsPage.render(page, query: query, nextPath: scope.nextPath(page.next))
            return HTMLContent(try await services.layout("Endpoints", .endpoints, scope).render(content).text)
        }.page(signIn: signInPath).erased
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<EndpointPageInput, HTMLContent>(
            .get, "/endpoints/{id}", "Endpoint", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let store = services.store
            async let findings = store.findings.ofEndpoint(input.id, tenant: tenant)
            async let software = store.endpoints.software(input.id, tenant: tenant)
            let endpoint = try await store.endpoints.detail(input.id, tenant: tenant)
            let content = EndpointPage.render(
                endpoint, findings: try await findings, software: try await software,
                csrfToken: services.csrfToken(scope) ?? "", canScan: try scope.principal.may(.scan))
            let layout = try await services.layout(endpoint.summary.hostname, .endpoints, scope)
            return HTMLContent(layout.render(content).text)
        }.page(signIn: signInPath).erased
    }

    private struct FindingInput: RouteInput {
        static let cve = PathParameter<String>("cve", "The vulnerability.")
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id, cve]
        let id: EndpointID
        let cve: String

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            cve = try request.path(Self.cve)
        }
    }

    private static func finding(_ services: PageServices) -> AnyRoute {
        Route<FindingInput, HTMLContent>(
            .get, "/endpoints/{id}/findings/{cve}", "Finding", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            async let endpoint = services.store.endpoints.detail(input.id, tenant: tenant)
            let finding = try await services.store.findings.finding(input.cve, on: input.id, tenant: tenant)
            let terms = RiskModel.terms(for: factors(finding, on: try await endpoint))
            let content = FindingPage.render(finding, terms: terms)
            return HTMLContent(try await services.layout(input.cve, .endpoints, scope).render(content).text)
        }.page(signIn: signInPath).erased
    }

    private static func factors(_ finding: FindingStore.View, on endpoint: EndpointDetail) -> RiskFactors {
        RiskFactors(
            cvss: finding.cvss, severity: finding.severity, epss: finding.epss,
            isKnownExploited: finding.isKnownExploited, exploitCount: finding.exploitCount,
            exposure: Exposure(rawValue: endpoint.exposure) ?? .internal,
            criticality: AssetCriticality(rawValue: endpoint.criticality) ?? .normal)
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
            _ = try await services.store.startScan(of: [input.id], by: try scope.principal)
            return SeeOther("/endpoints/\(input.id)")
        }.page(signIn: signInPath).erased
    }
}
