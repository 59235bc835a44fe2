import Domain
import FoundationEssentials
import Risk
import Store

/// `GET /api/policies`: what is in force.
struct PoliciesView: JSONContent {
    let current: PolicyStore.Current

    static let schema = Schema.named(
        "Policies",
        .object([
            .field("weights", WeightsInput.schema), .field("sla", DeadlinesInput.schema),
            .field("exceptions", GrantingInput.schema),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field(
                "weights",
                object: { writer in
                    for part in RiskWeights.parts {
                        writer.field(named: part.name, current.weights[keyPath: part.path])
                    }
                })
            writer.field(
                "sla",
                object: { writer in
                    for part in DeadlinePolicy.parts {
                        if let days = current.deadlines[keyPath: part.path] { writer.field(named: part.name, days) }
                    }
                    writer.field("warning_days", current.deadlines.warningDays)
                })
            writer.field(
                "exceptions",
                object: { writer in
                    writer.field("maximum_days", current.granting.maximumDays)
                    writer.field("needs_approval", current.granting.needsApproval)
                    writer.field("warning_days", current.granting.warningDays)
                })
        }
    }
}

/// A version of a policy.
struct PolicyVersionView: JSONContent {
    let version: PolicyStore.Version

    static let schema = Schema.named(
        "PolicyVersion",
        .object([
            .field("version", .integer), .field("body", .any), .field("note", .string), .field("created_by", .string),
            .field("created_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("version", version.number)
            writer.field("body", try? JSONParser.parse(version.body))
            writer.field("note", version.note)
            writer.field("created_by", version.createdBy)
            writer.field("created_at", version.createdAt)
        }
    }
}

/// What a change of policy would change.
struct PolicyDiffView: JSONContent {
    let diff: PolicyDiff

    static let schema = Schema.named(
        "PolicyDiff",
        .object([
            .field("before", figures), .field("after", figures),
            .field("findings_changed", .integer, "Vulnerabilities on endpoints that anything changes for."),
            .field("endpoints_changed", .integer), .field("vulnerabilities_changed", .integer),
            .field("moves", .array(of: move), "The first 100, the greatest change of risk first."),
            .field("top_before", .array(of: .string), "The list by risk."), .field("top_after", .array(of: .string)),
        ]))

    private static let figures = Schema.named(
        "PolicyFigures", .object(PolicyDiffView.numbers.map { .field($0.name, .integer, $0.meaning) }))

    private static let move = Schema.named(
        "PolicyMove",
        .object([
            .field("cve_id", .string), .field("rank_before", .integer.orNull), .field("rank_after", .integer.orNull),
            .field("risk_before", .number(0...100)), .field("risk_after", .number(0...100)),
            .field("open_before", .integer), .field("open_after", .integer), .field("overdue_before", .integer),
            .field("overdue_after", .integer),
        ]))

    /// Each figure with its name and meaning.
    static let numbers: [(name: String, meaning: String, path: any KeyPath<PolicyFigures, Int> & Sendable)] = [
        ("open", "Open findings.", \.open), ("excepted", "Findings under exceptions.", \.excepted),
        ("overdue", "Open findings past their deadline.", \.overdue),
        ("due_soon", "Open findings whose deadline is near.", \.dueSoon),
        ("breaches", "Deadlines missed in the last 90 days, by remediated findings too.", \.breaches),
        ("critical", "Open findings of critical risk.", \.critical), ("high", "Of high risk.", \.high),
        ("medium", "Of medium risk.", \.medium), ("low", "Of low risk.", \.low),
        ("healthy_endpoints", "", \.healthyEndpoints), ("at_risk_endpoints", "", \.atRiskEndpoints),
        ("critical_endpoints", "", \.criticalEndpoints),
    ]

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (name, figures) in [("before", diff.before), ("after", diff.after)] {
                writer.field(named: name, FiguresView(figures: figures))
            }
            writer.field("findings_changed", diff.findings)
            writer.field("endpoints_changed", diff.endpoints)
            writer.field("vulnerabilities_changed", diff.movedVulnerabilities)
            writer.field("moves", array: diff.moves.map(MoveView.init))
            writer.field("top_before", array: diff.topBefore)
            writer.field("top_after", array: diff.topAfter)
        }
    }

    private struct FiguresView: JSONWritable {
        let figures: PolicyFigures

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for number in PolicyDiffView.numbers { writer.field(named: number.name, figures[keyPath: number.path]) }
            }
        }
    }

    private struct MoveView: JSONWritable {
        let move: PolicyDiff.Move

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("cve_id", move.cve)
                writer.field("rank_before", move.rankBefore)
                writer.field("rank_after", move.rankAfter)
                writer.field("risk_before", move.riskBefore)
                writer.field("risk_after", move.riskAfter)
                writer.field("open_before", move.openBefore)
                writer.field("open_after", move.openAfter)
                writer.field("overdue_before", move.overdueBefore)
                writer.field("overdue_after", move.overdueAfter)
            }
        }
    }
}
