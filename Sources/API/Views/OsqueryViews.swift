import Domain
import Store

/// An osquery node as lists show it.
struct OsqueryNodeView: JSONContent {
    let node: OsqueryNode

    static let schema = Schema.named(
        "OsqueryNode",
        .object([
            .field("id", .uuid), .field("hostname", .string), .field("host_identifier", .string),
            .field("platform", .string), .field("version", .string, "osquery's."), .field("enrolled_at", .timestamp),
            .field("last_seen_at", .timestamp), .field("inventory_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", node.id)
            writer.field("hostname", node.hostname)
            writer.field("host_identifier", node.hostIdentifier)
            writer.field("platform", node.platform)
            writer.field("version", node.version)
            writer.field("enrolled_at", node.enrolledAt)
            writer.field("last_seen_at", node.lastSeenAt)
            writer.field("inventory_at", node.inventoryAt)
        }
    }
}

/// A live query that was made.
struct OsqueryQueryMade: JSONContent {
    let id: OsqueryQueryID

    static let schema = Schema.named("OsqueryQueryMade", .object([.field("id", .uuid)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in writer.field("id", id) }
    }
}

/// A live query with its answers.
struct OsqueryQueryView: JSONContent {
    let query: OsqueryQuery

    static let schema = Schema.named(
        "OsqueryQuery",
        .object([
            .field("id", .uuid), .field("sql", .string), .field("requested_by", .string),
            .field("created_at", .timestamp), .field("expires_at", .timestamp),
            .field("answered", .integer, "Nodes that have answered or failed."),
            .field(
                "answers",
                .array(
                    of: .object([
                        .field("node_id", .uuid), .field("hostname", .string),
                        .field("state", .cases(of: OsqueryQuery.Answer.State.self)),
                        .field("rows", .any, "A list of rows; null until there is an answer."),
                        .field("message", .string.orNull, "osquery's own words when it failed."),
                        .field("answered_at", .timestamp.orNull),
                    ]))),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", query.id)
            writer.field("sql", query.sql)
            writer.field("requested_by", query.requestedBy)
            writer.field("created_at", query.createdAt)
            writer.field("expires_at", query.expiresAt)
            writer.field("answered", query.answers.count { $0.answeredAt != nil })
            writer.field("answers", array: query.answers.map(Answer.init))
        }
    }

    private struct Answer: JSONWritable {
        let answer: OsqueryQuery.Answer

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("node_id", answer.node)
                writer.field("hostname", answer.hostname)
                writer.field("state", answer.state.rawValue)
                writer.field("rows", answer.rows.flatMap { try? JSONParser.parse(Array($0.utf8)) } ?? JSONValue.null)
                writer.field("message", answer.message)
                writer.field("answered_at", answer.answeredAt)
            }
        }
    }
}
