import API
import Domain
import FoundationEssentials
import Risk
import Store

/// The findings of all endpoints, as a page and in formats to take along.
enum FindingListPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), export(services), sarif(services), cycloneDX(services)]
    }

    private static func query(
        _ input: PageInput, limit: Int, _ services: PageServices, _ tenant: TenantID
    ) async throws -> FindingStore.Query {
        var query = FindingStore.Query(
            status: input["status"].flatMap(FindingStatus.init(rawValue:)),
            vex: input["vex"].flatMap(FindingStore.Query.Hidden.init(rawValue:)),
            severity: input["severity"].flatMap(Severity.init(rawValue:)),
            isKnownExploited: input["kev"] == "true" ? true : nil,
            ssvc: input["ssvc"].flatMap(SSVC.Decision.init(rawValue:)),
            deadline: input["sla"].flatMap(DeadlineState.init(rawValue:)), package: input["package"],
            hasFix: input["fix"].map { $0 == "true" }, endpoint: input["endpoint"].flatMap { EndpointID($0) },
            tag: input["tag"], cve: input["cve"], sort: input["sort"] == "due_at" ? .due : .risk, limit: limit,
            cursor: try input.cursor)
        if query.deadline != nil {
            query.warningDays = try await services.store.policies.current(tenant: tenant).deadlines.warningDays
        }
        return query
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/findings", "Findings", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let query = try await query(input, limit: 50, services, tenant)
            let content = try await services.fragment(scope.address, scope) {
                let page = try await services.store.findings.list(query, tenant: tenant)
                return FindingsPage.render(page, query: query, nextPath: scope.nextPath(page.next))
            }
            return try await services.page("Findings", .findings, scope, content)
        }.page(signIn: signInPath).erased
    }

    private static func export(_ services: PageServices) -> AnyRoute {
        Route<PageInput, CSVStream>(
            .get, "/findings.csv", "All findings as CSV", tag: "Pages", access: .permission(.read), limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            return CSVStream(
                findings: try await query(input, limit: 1000, services, tenant), services.store, tenant: tenant)
        }.page(signIn: signInPath).erased
    }

    private static func sarif(_ services: PageServices) -> AnyRoute {
        Route<PageInput, ReportStream<SARIFType>>(
            .get, "/findings.sarif", "All findings as SARIF", tag: "Pages", access: .permission(.read), limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            return .sarif(
                try await query(input, limit: 1000, services, tenant), services.store, tenant: tenant,
                version: services.version)
        }.page(signIn: signInPath).erased
    }

    private static func cycloneDX(_ services: PageServices) -> AnyRoute {
        Route<PageInput, ReportStream<CycloneDXType>>(
            .get, "/findings.cyclonedx", "All findings as CycloneDX", tag: "Pages", access: .permission(.read),
            limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            return .cycloneDX(
                try await query(input, limit: 1000, services, tenant), services.store, tenant: tenant,
                version: services.version)
        }.page(signIn: signInPath).erased
    }
}
