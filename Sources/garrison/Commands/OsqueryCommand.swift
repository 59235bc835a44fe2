import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison osquery`: machines whose osquery reports here, and live queries.
struct OsqueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "osquery", abstract: "Machines whose osquery reports here, and live queries.",
        discussion: "An enrolment token (`garrison agent token --uses N`) is the enroll secret.",
        subcommands: [Nodes.self, Query.self])

    struct Nodes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's osquery nodes.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let nodes = try await database.withTenant(tenant) { try await $0.osquery.nodes(tenant: $1.id) }
            if json { return try Console.printJSON(nodes.map(Item.init)) }
            if nodes.isEmpty { return Console.note("No osquery reports here yet; docs/osquery.md has its flags.") }
            let rows = nodes.map { node in
                [
                    node.id.description, node.hostname, node.platform, node.version,
                    node.lastSeenAt.formatted(.iso8601),
                ]
            }
            Console.print(Columns.text(["ID", "HOSTNAME", "PLATFORM", "VERSION", "LAST SEEN"], rows))
        }

        private struct Item: Encodable {
            let id: OsqueryNodeID
            let hostname: String
            let hostIdentifier: String
            let platform: String
            let version: String
            let lastSeenAt: Date

            init(_ node: OsqueryNode) {
                id = node.id
                hostname = node.hostname
                hostIdentifier = node.hostIdentifier
                platform = node.platform
                version = node.version
                lastSeenAt = node.lastSeenAt
            }
        }
    }

    struct Query: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask osquery nodes, and print each row as a line of JSON with the host it is from.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "The question, in osquery's SQL.") var sql: String
        @Option(name: .customLong("node"), help: "A node's id; repeat it for several. All without.")
        var nodes: [String] = []
        @Option(help: "Seconds to wait for the answers.") var wait = 60

        func validate() throws {
            for node in nodes where OsqueryNodeID(node) == nil {
                throw ValidationError("“\(node)” is not a node's id, which `osquery nodes` shows")
            }
            guard (1...86_400).contains(wait) else { throw ValidationError("--wait must be 1 to 86400") }
        }

        func run() async throws {
            let ids = nodes.compactMap { OsqueryNodeID($0) }
            let missing = try await database.withTenant(tenant) { store, tenant in
                let id = try await store.osquery.ask(
                    sql, nodes: ids.isEmpty ? nil : ids, lifetime: Double(wait), tenant: tenant.id,
                    by: Operator.principal(of: tenant))
                return try await follow(id, store, tenant)
            }
            if missing > 0 { throw CommandError.problem("\(missing) nodes have not answered, or could not.") }
        }

        /// Prints answers as they come. Gives how many nodes gave none.
        private func follow(_ id: OsqueryQueryID, _ store: Store, _ tenant: Tenant) async throws -> Int {
            var told: Set<OsqueryNodeID> = []
            var failed = 0
            let end = ContinuousClock.now + .seconds(wait)
            while true {
                let query = try await store.osquery.query(id, tenant: tenant.id)
                for answer in query.answers where answer.answeredAt != nil && told.insert(answer.node).inserted {
                    if let message = answer.message {
                        failed += 1
                        Console.note("\(answer.hostname): \(message)")
                    }
                    try show(answer)
                }
                let open = query.answers.count - told.count
                if open == 0 || ContinuousClock.now >= end { return open + failed }
                try await Task.sleep(for: .seconds(1))
            }
        }

        private func show(_ answer: OsqueryQuery.Answer) throws {
            guard let rows = answer.rows else { return }
            for row in try JSONDecoder().decode([[String: String]].self, from: Data(rows.utf8)) {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                let line = try encoder.encode(Line(host: answer.hostname, row: row))
                Console.print(String(decoding: line, as: UTF8.self))
            }
        }

        private struct Line: Encodable {
            let host: String
            let row: [String: String]
        }
    }
}
