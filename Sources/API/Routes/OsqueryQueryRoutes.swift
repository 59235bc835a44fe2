import Domain
import FoundationEssentials
import Store

/// `/api/osquery`, the people's side: nodes and live queries.
enum OsqueryQueryRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [nodes(store).erased, ask(store).erased, answers(store).erased, remove(store).erased]
    }

    private static let tag = "osquery"

    private static func nodes(_ store: Store) -> Route<WholeListInput, Page<OsqueryNodeView>> {
        Route(
            .get, "/api/osquery/nodes", "List osquery nodes", tag: tag, access: .permission(.read),
            description: "Machines whose osquery reports here."
        ) { input, scope in
            let nodes = try await store.osquery.nodes(tenant: try scope.tenant)
            return try Page(whole: nodes.map(OsqueryNodeView.init), input.page) { $0.node.id.description }
        }
    }

    private static func ask(_ store: Store) -> Route<NewOsqueryQuery, Created<OsqueryQueryMade>> {
        Route(
            .post, "/api/osquery/queries", "Ask osquery nodes", tag: tag, access: .permission(.manageTenant),
            description: """
                A live query, of some nodes or of all. It can read whatever osquery can on a machine, so it needs an \
                administrator; it is in the audit trail.
                """, errors: ["node.not_found", "query.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            let id = try await store.osquery.ask(
                input.sql, nodes: input.nodes, lifetime: Double(input.seconds), tenant: principal.tenant, by: principal)
            return Created(OsqueryQueryMade(id: id), location: "/api/osquery/queries/\(id)")
        }
    }

    private static func answers(_ store: Store) -> Route<OsqueryQueryPath, OsqueryQueryView> {
        Route(
            .get, "/api/osquery/queries/{id}", "Get a live query", tag: tag, access: .permission(.manageTenant),
            description: "With what each node has answered so far.", errors: ["query.not_found"]
        ) { input, scope in
            OsqueryQueryView(query: try await store.osquery.query(input.id, tenant: try scope.tenant))
        }
    }

    private static func remove(_ store: Store) -> Route<OsqueryNodePath, NoContent> {
        Route(
            .delete, "/api/osquery/nodes/{id}", "Remove an osquery node", tag: tag, access: .permission(.manageTenant),
            description: "Its key is good for nothing from now on. What it has reported stays.",
            errors: ["node.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.osquery.remove(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }
}

/// The live query that a path names.
struct OsqueryQueryPath: RouteInput {
    static let id = PathParameter<OsqueryQueryID>("id", "The query.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: OsqueryQueryID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// The node that a path names.
struct OsqueryNodePath: RouteInput {
    static let id = PathParameter<OsqueryNodeID>("id", "The node.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: OsqueryNodeID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// A live query to be made.
struct NewOsqueryQuery: JSONInput {
    static let schema = Schema.named(
        "NewOsqueryQuery",
        .object([
            .field("sql", .string(length: 1...10_000), "In osquery's SQL."),
            .optional("node_ids", .array(of: .uuid, count: 1...1000), "Which nodes; all without."),
            .optional(
                "seconds", .integer(10...604_800), "How long nodes that are away are waited for; an hour without."),
        ]))
    let sql: String
    let nodes: [OsqueryNodeID]?
    let seconds: Int

    init(json: JSONValue) throws(RequestError) {
        sql = try json.required("sql")
        nodes = try json.optional("node_ids")
        seconds = try json.optional("seconds") ?? 3600
    }
}
