import API
import Domain
import FoundationEssentials
import Identity
import Store

/// Settings: live queries of osquery's nodes.
enum OsqueryPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), ask(services), answers(services), export(services)]
    }

    private static let path = "/settings/osquery"
    private static let recent = 20

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Live queries", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            let tenant = try scope.tenant
            let nodes = try await services.store.osquery.nodes(tenant: tenant)
            let content = OsqueryPage.render(
                nodes, recent: try await services.store.osquery.recent(recent, tenant: tenant),
                host: input["q"].map { host(named: $0, nodes) },
                csrfToken: services.csrfToken(scope))
            return try await services.page(
                "Live queries", .settings, scope, SettingsPage.render(current: path, notice: nil, content: content))
        }.page(signIn: signInPath).erased
    }

    /// As the form takes it: an endpoint is sometimes called otherwise than its node, with its domain or in capitals.
    private static func host(named name: String, _ nodes: [OsqueryNode]) -> String {
        func short(_ name: String) -> Substring { name.lowercased().prefix { $0 != "." } }
        return (nodes.first { $0.hostname == name } ?? nodes.first { short($0.hostname) == short(name) })?.hostname
            ?? name
    }

    private struct Question: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("sql", .string(length: 1...10_000)), .optional("hosts", .string),
            .optional("seconds", .string),
        ])
        let sql: String
        let hosts: [String]
        let seconds: Int

        init(from request: RequestReader) throws {
            sql = request.form["sql"] ?? ""
            hosts = (request.form["hosts"] ?? "").split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(
                String.init)
            seconds = request.form["seconds"].flatMap { Int($0) }.map { min(max($0, 10), 604_800) } ?? 3600
        }
    }

    private static func ask(_ services: PageServices) -> AnyRoute {
        Route<Question, SeeOther>(
            .post, path, "Ask osquery nodes by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            let nodes = try await services.store.osquery.nodes(tenant: principal.tenant)
            for host in input.hosts where !nodes.contains(where: { $0.hostname == host }) {
                throw StoreError.invalid(field: "hosts", reason: "names \(host), of which no osquery reports here")
            }
            let chosen = nodes.filter { input.hosts.contains($0.hostname) }.map(\.id)
            let id = try await services.store.osquery.ask(
                input.sql, nodes: input.hosts.isEmpty ? nil : chosen, lifetime: Double(input.seconds),
                tenant: principal.tenant, by: principal)
            return SeeOther("\(path)/queries/\(id)")
        }.page(signIn: signInPath).erased
    }

    private struct Asked: RouteInput {
        static let id = PathParameter<OsqueryQueryID>("id", "The query.")
        static let parameters: [any ParameterDescribing] = [id]
        let id: OsqueryQueryID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func answers(_ services: PageServices) -> AnyRoute {
        Route<Asked, HTMLContent>(
            .get, "\(path)/queries/{id}", "Live query", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            let query = try await services.store.osquery.query(input.id, tenant: try scope.tenant)
            return try await services.page(
                "Live query", .settings, scope,
                SettingsPage.render(current: path, notice: nil, content: OsqueryPage.render(query)))
        }.page(signIn: signInPath).erased
    }

    private static func export(_ services: PageServices) -> AnyRoute {
        Route<Asked, CSVStream>(
            .get, "\(path)/queries/{id}/csv", "Answers of a live query as CSV", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let table = OsqueryTable(try await services.store.osquery.query(input.id, tenant: try scope.tenant))
            return CSVStream(fileName: "osquery-\(input.id).csv", columns: table.columns) { csv in
                for row in table.rows { try await csv.row(row) }
            }
        }.page(signIn: signInPath).erased
    }
}
