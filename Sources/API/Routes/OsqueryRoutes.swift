import Domain
import FoundationEssentials
import Identity
import Store

/// `/api/osquery`, the nodes' side: osquery's TLS remote API.
/// https://osquery.readthedocs.io/en/stable/deployment/remote/
enum OsqueryRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [enrol(store).erased, config(store).erased, log(store).erased, read(store).erased, write(store).erased]
    }

    private static let tag = "osquery"
    private static let limits = RouteLimits(cost: 0.2)
    private static let bulk = RouteLimits(bodySize: 64 << 20, timeout: .seconds(120), cost: 0.2)

    private static func enrol(_ store: Store) -> Route<OsqueryMessage, OsqueryReply> {
        Route(
            .post, "/api/osquery/enroll", "Enrol a node", tag: tag, access: .open,
            description: "The enroll secret is an enrolment token.", limits: limits
        ) { input, _ in
            let message = try await input.read()
            guard case .string(let text)? = message["enroll_secret"], let secret = EnrolmentToken(text),
                case .string(let identifier)? = message["host_identifier"], (1...255).contains(identifier.count)
            else { return .invalid }
            let key = OsqueryKey.make(for: secret.tenant)
            let introduction = introduction(message["host_details"], identifier)
            let isEnrolled = try await store.osquery.enrol(
                secretHash: secret.digest, keyHash: key.digest, introduction, tenant: secret.tenant)
            guard isEnrolled else { return .invalid }
            return OsqueryReply(fields: .object([.init("node_key", .string(key.text)), .init("node_invalid", false)]))
        }
    }

    private static func introduction(_ details: JSONValue?, _ identifier: String) -> OsqueryStore.Introduction {
        func word(_ table: String, _ column: String) -> String? {
            guard case .string(let text)? = details?[table]?[column], !text.isEmpty else { return nil }
            return String(text.filter { $0 != "\0" }.prefix(255))
        }
        return OsqueryStore.Introduction(
            hostIdentifier: identifier, hostname: word("system_info", "hostname") ?? identifier,
            platform: word("os_version", "platform") ?? "unknown", version: word("osquery_info", "version") ?? "unknown"
        )
    }

    private static func config(_ store: Store) -> Route<OsqueryMessage, OsqueryReply> {
        Route(
            .post, "/api/osquery/config", "Configure a node", tag: tag, access: .open,
            description: "The schedule: snapshots of the tables that inventories are made of.", limits: limits
        ) { input, _ in
            guard try await input.admitted(by: store) != nil else { return .invalid }
            return OsqueryReply(fields: OsquerySchedule.configuration)
        }
    }

    private static func log(_ store: Store) -> Route<OsqueryMessage, OsqueryReply> {
        Route(
            .post, "/api/osquery/log", "Take a node's log", tag: tag, access: .open,
            description: "Results of the schedule become its inventory; warnings and errors are kept.", limits: bulk
        ) { input, _ in
            guard let (message, node, tenant) = try await input.admitted(by: store) else { return .invalid }
            try await OsqueryIntake(store: store, node: node, tenant: tenant).take(message)
            return .done
        }
    }

    private static func read(_ store: Store) -> Route<OsqueryMessage, OsqueryReply> {
        Route(
            .post, "/api/osquery/distributed/read", "Give a node live queries", tag: tag, access: .open,
            description: "Each is given out until the node answers it, or its time is over.", limits: limits
        ) { input, _ in
            guard let (_, node, tenant) = try await input.admitted(by: store) else { return .invalid }
            let questions = try await store.osquery.questions(for: node.id, tenant: tenant)
            var fields: [JSONValue.Field] = [
                .init("queries", .object(questions.map { .init($0.id.description, .string($0.sql)) })),
                .init("node_invalid", false),
            ]
            // Asks again soon, for a person who waits.
            if !questions.isEmpty { fields.append(.init("accelerate", .integer(60))) }
            return OsqueryReply(fields: .object(fields))
        }
    }

    private static func write(_ store: Store) -> Route<OsqueryMessage, OsqueryReply> {
        Route(
            .post, "/api/osquery/distributed/write", "Take a node's answers", tag: tag, access: .open, limits: bulk
        ) { input, _ in
            guard let (message, node, tenant) = try await input.admitted(by: store) else { return .invalid }
            guard case .object(let answers)? = message["queries"] else { return .done }
            for answer in answers {
                guard let id = OsqueryQueryID(answer.name) else { continue }
                let status = OsqueryIntake.number(message["statuses"]?[answer.name]) ?? 0
                var words: String?
                if status != 0 {
                    if case .string(let text)? = message["messages"]?[answer.name], !text.isEmpty { words = text }
                    words = words ?? "osquery says status \(status)."
                }
                try await store.osquery.answer(
                    id, rows: status == 0 ? answer.value.jsonBytes() : nil, failure: words, of: node.id, tenant: tenant)
            }
            return .done
        }
    }
}
