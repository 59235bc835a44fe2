import Domain
import Store

/// What became of pushed records.
struct PushReceipt: JSONContent {
    let outcome: PushIntake.Outcome

    static let schema = Schema.named(
        "PushReceipt",
        .object([
            .field("accepted", .integer, "Records that were written."),
            .field("removed", .integer, "Records that were taken away."),
            .field("quarantined", .integer, "Lines that cannot be read; they are kept with their reasons."),
            .field(
                "problems",
                .array(
                    of: .object([
                        .field("line", .integer, "From 1."), .field("source_id", .string.orNull),
                        .field("field", .string, "The field at fault as a path; empty for the record itself."),
                        .field("reason", .string),
                    ])), "The first \(PushIntake.Outcome.problemsTold) of them."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("accepted", outcome.accepted)
            writer.field("removed", outcome.removed)
            writer.field("quarantined", outcome.quarantined)
            writer.field("problems", array: outcome.problems.map(Problem.init))
        }
    }

    private struct Problem: JSONWritable {
        let problem: PushIntake.Outcome.Problem

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("line", problem.line)
                writer.field("source_id", problem.sourceID)
                writer.field("field", problem.field)
                writer.field("reason", problem.reason)
            }
        }
    }
}

/// A snapshot that was begun.
struct SnapshotOpened: JSONContent {
    let snapshot: Int

    static let schema = Schema.named("SnapshotOpened", .object([.field("snapshot", .integer, "Its number.")]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in writer.field("snapshot", snapshot) }
    }
}

/// What a snapshot came to.
struct SnapshotReceipt: JSONContent {
    let outcome: ConnectorStore.SnapshotOutcome

    static let schema = Schema.named(
        "SnapshotReceipt",
        .object([
            .field("records", .integer, "What the account now has of this stream."),
            .field("removed", .integer, "What was not in it and is gone."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("records", outcome.records)
            writer.field("removed", outcome.removed)
        }
    }
}
