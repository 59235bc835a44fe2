import Domain
import FoundationEssentials
import Store

/// The answer of `POST`s that start work.
struct TaskStarted: JSONContent {
    let id: TaskID
    /// `scanning`, as published.
    let status: String
    /// Seconds that the work is expected to take.
    let estimate: Int?

    static let schema = Schema.named(
        "TaskStarted",
        .object([
            .field("task_id", .uuid), .field("status", .string),
            .optional("scan_time_estimate", .integer, "Seconds."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("task_id", id)
            writer.field("status", status)
            writer.fieldIfPresent("scan_time_estimate", estimate)
        }
    }
}

/// `GET /api/tasks/{id}`.
struct TaskView: JSONContent {
    let job: JobStore.Job

    static let schema = Schema.named(
        "Task",
        .object([
            .field("id", .uuid), .field("kind", .string), .field("state", .cases(of: JobStore.State.self)),
            .field("progress", .integer), .field("total", .integer), .field("attempts", .integer),
            .field("error", .string.orNull), .field("result", Schema.any.orNull), .field("created_at", .timestamp),
            .field("finished_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", job.id)
            writer.field("kind", job.kind)
            writer.field("state", job.state.rawValue)
            writer.field("progress", job.progress)
            writer.field("total", job.total)
            writer.field("attempts", job.attempts)
            writer.field("error", job.error)
            writer.field("result", job.result.flatMap { try? JSONParser.parse($0) })
            writer.field("created_at", job.createdAt)
            writer.field("finished_at", job.finishedAt)
        }
    }
}
