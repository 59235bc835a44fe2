import Domain
import FoundationEssentials
import Risk
import Store

/// How urgent a finding is by the tenant's policies: fields of a finding.
struct PriorityView {
    let ssvc: SSVC.Decision?
    let timeline: RemediationTimeline?
    let dueAt: Date?
    let exception: ExceptionID?
    let vex: VEXStatementID?

    init(_ priority: StoredFinding.Priority) {
        ssvc = priority.ssvc
        timeline = priority.timeline
        dueAt = priority.dueAt
        exception = priority.exception.map { ExceptionID($0) }
        vex = priority.vex.map { VEXStatementID($0) }
    }

    init(_ row: FindingRow) {
        ssvc = row.ssvc
        timeline = row.timeline
        dueAt = row.dueAt
        exception = row.exception
        vex = row.vex
    }

    static let fields: [Schema.Field] = [
        .field("ssvc", .cases(of: SSVC.Decision.self).orNull, "CISA's SSVC decision; null until the next scan."),
        .field(
            "bod_26_04", .cases(of: RemediationTimeline.self).orNull,
            "How soon CISA's Binding Operational Directive 26-04 wants it remediated."),
        .field("due_at", .timestamp.orNull, "The deadline; null for none, and while an exception stops the clock."),
        .field("exception_id", .uuid.orNull, "The exception that sets it aside."),
        .field("vex_statement_id", .uuid.orNull, "The VEX statement that hides it."),
    ]

    func writeFields(to writer: inout JSONWriter) {
        writer.field("ssvc", ssvc?.rawValue)
        writer.field("bod_26_04", timeline?.rawValue)
        writer.field("due_at", dueAt)
        writer.field("exception_id", exception)
        writer.field("vex_statement_id", vex)
    }
}
