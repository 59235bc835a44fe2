import API
import Domain
import FoundationEssentials
import Store

/// The list of endpoints, as a page and as a table to take along.
enum EndpointListRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [list(services), export(services)] }

    private static func query(_ input: PageInput, limit: Int) throws -> EndpointStore.Query {
        EndpointStore.Query(
            status: input["status"].flatMap(EndpointStatus.init(rawValue:)), osType: input["os_type"],
            search: input["search"], sort: input["sort"].flatMap(EndpointStore.Query.Sort.init(rawValue:)) ?? .risk,
            limit: limit, cursor: try input.cursor)
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/endpoints", "Endpoints", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let query = try query(input, limit: 50)
            let tenant = try scope.tenant
            let content = try await services.fragment(scope.address, scope) {
                let page = try await services.store.endpoints.list(query, tenant: tenant)
                return EndpointsPage.render(page, query: query, nextPath: scope.nextPath(page.next))
            }
            return try await services.page("Endpoints", .endpoints, scope, content)
        }.page(signIn: signInPath).erased
    }

    private static let columns = [
        "id", "hostname", "os_type", "os_name", "ip_address", "status", "risk_score", "worst_severity", "open_findings",
        "last_seen", "scanned_at",
    ]

    private static func export(_ services: PageServices) -> AnyRoute {
        Route<PageInput, CSVStream>(
            .get, "/endpoints.csv", "Endpoints as CSV", tag: "Pages", access: .permission(.read), limits: .bulk
        ) { input, scope in
            let query = try query(input, limit: 1000)
            let tenant = try scope.tenant
            return CSVStream(fileName: "endpoints.csv", columns: columns) { csv in
                try await eachPage(from: query) { query in
                    let page = try await services.store.endpoints.list(query, tenant: tenant)
                    for endpoint in page.items { try await csv.row(row(endpoint)) }
                    return page.next
                }
            }
        }.page(signIn: signInPath).erased
    }

    /// One page after the other until there is no next one.
    private static func eachPage(
        from first: EndpointStore.Query, _ body: (EndpointStore.Query) async throws -> String?
    ) async throws {
        var query = first
        repeat { query.cursor = try await body(query) } while query.cursor != nil
    }

    private static func row(_ endpoint: EndpointStore.Summary) -> [String] {
        [
            endpoint.id.description, endpoint.hostname, endpoint.osType, endpoint.osName, endpoint.ipAddress ?? "",
            endpoint.status.rawValue, Text.tenths(endpoint.riskScore), endpoint.worstSeverity?.rawValue ?? "",
            String(endpoint.openFindings), endpoint.lastSeen?.formatted(.iso8601) ?? "",
            endpoint.scannedAt?.formatted(.iso8601) ?? "",
        ]
    }
}
