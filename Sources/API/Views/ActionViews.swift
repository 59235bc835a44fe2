import Domain
import FoundationEssentials
import Store

/// The answer of `POST /api/incidents/respond`.
struct ActionStarted: JSONContent {
    let id: DecisionID

    static let schema = Schema.named(
        "ActionStarted", .object([.field("action_id", .uuid), .field("status", .oneOf(["executing"]))]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("action_id", id)
            writer.field("status", "executing")
        }
    }
}

/// `GET /api/actions/{id}`.
struct ActionView: JSONContent {
    let decision: ActionDecision

    init(_ decision: ActionDecision) { self.decision = decision }

    static let schema = Schema.named(
        "Action",
        .object([
            .field("id", .uuid), .field("kind", .string), .field("endpoint_id", .uuid.orNull),
            .field("incident_id", .uuid.orNull), .field("reason", .string),
            .field("status", .cases(of: ActionStatus.self), "Of all sources together; unknown: check again."),
            .field("requested_by", .string), .field("requested_at", .timestamp),
            .field("finished_at", .timestamp.orNull), .field("sources", .array(of: ActionSourceView.schema)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", decision.id)
            writer.field("kind", decision.kind)
            writer.field("endpoint_id", decision.endpoint)
            writer.field("incident_id", decision.actions.first?.incident)
            writer.field("reason", decision.reason)
            writer.field("status", decision.status)
            writer.field("requested_by", decision.requestedBy)
            writer.field("requested_at", decision.requestedAt)
            writer.field("finished_at", decision.finishedAt)
            writer.field("sources", decision.actions.map(ActionSourceView.init))
        }
    }
}

extension ActionStatus: JSONWritable {}

/// An action at one source.
struct ActionSourceView: JSONContent {
    let action: ActionRecord

    static let schema = Schema.named(
        "ActionAtSource",
        .object([
            .field("id", .uuid), .field("connector_id", .uuid.orNull, "Null when the connector was removed."),
            .field("source", .string, "The connector's name."), .field("device_id", .string.orNull),
            .field("status", .cases(of: ActionStatus.self)),
            .field("message", .string.orNull, "What came of it."),
            .field("transitions", .array(of: ActionTransitionView.schema)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", action.id)
            writer.field("connector_id", action.connector)
            writer.field("source", action.source)
            writer.field("device_id", action.device)
            writer.field("status", action.status)
            writer.field("message", action.message)
            writer.field("transitions", action.transitions.map(ActionTransitionView.init))
        }
    }
}

/// A status that an action came to.
struct ActionTransitionView: JSONContent {
    let transition: ActionRecord.Transition

    static let schema = Schema.named(
        "ActionTransition",
        .object([
            .field("status", .cases(of: ActionStatus.self)), .field("at", .timestamp),
            .field("message", .string.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("status", transition.status)
            writer.field("at", transition.at)
            writer.field("message", transition.message)
        }
    }
}
