import Domain
import Store

/// An agent as lists show it.
struct AgentView: JSONContent {
    let agent: AgentRecord

    static let schema = Schema.named(
        "Agent",
        .object([
            .field("id", .uuid), .field("hostname", .string), .field("device_id", .string, "Of its inventories."),
            .field("version", .string), .field("state", .oneOf(["active", "quarantined", "revoked"])),
            .field("reason", .string.orNull, "Why it is quarantined."), .field("is_isolated", .boolean),
            .field("queued", .integer, "Reports that wait on its disk."),
            .field("dropped", .integer, "Reports that it dropped because its disk's share was full."),
            .field("enrolled_at", .timestamp), .field("last_seen_at", .timestamp.orNull),
            .field("inventory_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", agent.id)
            writer.field("hostname", agent.hostname)
            writer.field("device_id", agent.deviceID)
            writer.field("version", agent.version)
            writer.field("state", agent.standing.state.rawValue)
            writer.field("reason", agent.standing.reason)
            writer.field("is_isolated", agent.isIsolated)
            writer.field("queued", agent.queued)
            writer.field("dropped", agent.dropped)
            writer.field("enrolled_at", agent.enrolledAt)
            writer.field("last_seen_at", agent.lastSeenAt)
            writer.field("inventory_at", agent.inventoryAt)
        }
    }
}

/// What an agent was asked.
struct AgentTaskList: JSONContent {
    let tasks: [AgentTask]

    static let schema = Schema.array(
        of: .named(
            "AgentTask",
            .object([
                .field("id", .uuid), .field("kind", .string), .field("arguments", .map(of: .string)),
                .field("state", .cases(of: AgentTask.State.self)),
                .field("message", .string.orNull, "What came of it."), .field("requested_by", .string),
                .field("created_at", .timestamp), .field("finished_at", .timestamp.orNull),
            ])))

    func write(to writer: inout JSONWriter) { writer.array(tasks.map(Item.init)) }

    private struct Item: JSONWritable {
        let task: AgentTask

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("id", task.id)
                writer.field("kind", task.kind)
                writer.field("arguments", task.arguments)
                writer.field("state", task.state.rawValue)
                writer.field("message", task.message)
                writer.field("requested_by", task.requestedBy)
                writer.field("created_at", task.createdAt)
                writer.field("finished_at", task.finishedAt)
            }
        }
    }
}

/// A task that was made.
struct AgentTaskMade: JSONContent {
    let task: AgentTaskID

    static let schema = Schema.named("AgentTaskMade", .object([.field("id", .uuid)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in writer.field("id", task) }
    }
}

/// An enrolment token as lists show it.
struct EnrolmentView: JSONContent {
    let enrolment: EnrolmentStore.Summary

    static let schema = Schema.named(
        "Enrolment",
        .object([
            .field("id", .uuid), .field("name", .string), .field("uses_left", .integer),
            .field("may_replace", .boolean),
            .field("created_by", .string), .field("created_at", .timestamp), .field("expires_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", enrolment.id)
            writer.field("name", enrolment.name)
            writer.field("uses_left", enrolment.usesLeft)
            writer.field("may_replace", enrolment.mayReplace)
            writer.field("created_by", enrolment.createdBy)
            writer.field("created_at", enrolment.createdAt)
            writer.field("expires_at", enrolment.expiresAt)
        }
    }
}

/// An enrolment token that was made, with its secret.
struct EnrolmentCreated: JSONContent {
    let id: EnrolmentID
    let token: String

    static let schema = Schema.named(
        "EnrolmentCreated", .object([.field("id", .uuid), .field("token", .string(.password), "Shown only now.")]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", id)
            writer.field("token", token)
        }
    }
}
