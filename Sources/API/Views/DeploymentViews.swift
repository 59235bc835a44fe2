import Domain
import FoundationEssentials
import Patching
import Store

/// `POST /api/patches/deploy`.
struct DeploymentStarted: JSONContent {
    let deployment: DeploymentRecord

    static let schema = Schema.named(
        "DeploymentStarted",
        .object([
            .field("deployment_id", .uuid), .field("status", .oneOf(["pending"]), "As published: it has not begun."),
            .field("state", .cases(of: DeploymentStatus.self), "What it waits for."),
            .field("endpoints", .integer),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("deployment_id", deployment.id)
            writer.field("status", "pending")
            writer.field("state", deployment.status)
            writer.field("endpoints", deployment.endpoints)
        }
    }
}

/// How many targets have which status; those that nobody has are left out.
struct TargetCountsView: JSONWritable, SchemaProviding {
    let counts: TargetCounts

    static let schema = Schema.named(
        "TargetCounts", .object(TargetStatus.allCases.map { .optional($0.rawValue, .integer, $0.label) }))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for status in TargetStatus.allCases where counts[status] != 0 {
                writer.field(named: status.rawValue, counts[status])
            }
        }
    }
}

/// A ring of a deployment.
struct DeploymentRingView: JSONWritable, SchemaProviding {
    let ring: DeploymentCounts.Ring
    let gate: DeploymentGatePolicyView

    static let schema = Schema.named(
        "DeploymentRing",
        .object([
            .field("ring", .integer), .field("name", .string), .field("endpoints", .integer),
            .field("opened_at", .timestamp.orNull), .field("counts", TargetCountsView.schema),
            .field("gate", DeploymentGatePolicyView.schema, "What it has to show."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("ring", ring.ring)
            writer.field("name", ring.name)
            writer.field("endpoints", ring.all.total)
            writer.field("opened_at", ring.openedAt)
            writer.field("counts", TargetCountsView(counts: ring.all))
            writer.field("gate", gate)
        }
    }
}

/// An endpoint on which it failed.
struct DeploymentFailureView: JSONWritable, SchemaProviding {
    let target: DeploymentTarget

    static let schema = Schema.named(
        "DeploymentFailure",
        .object([
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("state", .cases(of: TargetStatus.self)),
            .field("error_message", .string.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoint_id", target.endpoint)
            writer.field("hostname", target.hostname)
            writer.field("state", target.life.status)
            writer.field("error_message", target.life.message)
        }
    }
}

/// What a deployment's gate says, with the sequential test of its failures.
struct DeploymentGateView: JSONWritable, SchemaProviding {
    let reading: GateReading
    let policy: FailureTestPolicy

    static let schema = Schema.named(
        "DeploymentGateState",
        .object([
            .field("decision", .oneOf(["go", "stop", "wait"])),
            .field("reasons", .array(of: .string), "Why it stops, or what it waits for."),
            .field("successes", .integer), .field("failures", .integer), .field("silent", .integer),
            .field("under_way", .integer), .field("unhealthy", .integer), .field("incidents", .integer),
            .field("alerts", .integer), .field("verdict", .oneOf(["go", "stop", "undecided"]), "The test's."),
            .field("stops_at_failures", .integer.orNull, "So many failures would stop it now."),
        ]))

    func write(to writer: inout JSONWriter) {
        let (trials, test) = (reading.evidence.all, FailureTest(policy))
        writer.object { writer in
            switch reading.decision {
            case .go: writer.field("decision", "go")
            case .stop: writer.field("decision", "stop")
            case .wait: writer.field("decision", "wait")
            }
            writer.field("reasons", reading.reasons)
            writer.field("successes", trials.successes)
            writer.field("failures", trials.failures)
            writer.field("silent", trials.silent)
            writer.field("under_way", trials.underWay)
            writer.field("unhealthy", reading.evidence.unhealthy)
            writer.field("incidents", reading.evidence.incidents)
            writer.field("alerts", reading.evidence.alerts)
            switch test.verdict(trials) {
            case .go: writer.field("verdict", "go")
            case .stop: writer.field("verdict", "stop")
            case .undecided: writer.field("verdict", "undecided")
            }
            writer.field("stops_at_failures", test.stopLine(max(trials.begun, 1)))
        }
    }
}

/// `GET /api/patches/{deployment_id}/status`.
struct DeploymentStatusView: JSONContent {
    let status: DeploymentStore.Status

    static let fields: [Schema.Field] = [
        .field("deployment_id", .uuid), .field("patch_id", .uuid), .field("kb_number", .string),
        .field("status", .cases(of: DeploymentStatus.self)),
        .field("success_rate", .number, "In percent of the endpoints whose outcome is known; 0 while none is."),
        .field("failed_endpoints", .array(of: DeploymentFailureView.schema), "The first hundred."),
        .field("failed", .integer, "How many there are."), .field("endpoints", .integer),
        .field("counts", TargetCountsView.schema),
        .field("ring", .integer, "The newest that is open; -1 before the first."),
        .field("rings", .array(of: DeploymentRingView.schema)), .field("gate", DeploymentGateView.schema.orNull),
        .field("created_at", .timestamp), .field("started_at", .timestamp.orNull),
        .field("finished_at", .timestamp.orNull),
    ]
    static let schema = Schema.named("DeploymentStatus", .object(fields))

    private static func rings(_ status: DeploymentStore.Status) -> [DeploymentRingView] {
        status.counts.rings.map { ring in
            DeploymentRingView(
                ring: ring, gate: DeploymentGatePolicyView(plan: status.deployment.plan, ring: ring.ring))
        }
    }

    func write(to writer: inout JSONWriter) { writer.object { Self.write(status, to: &$0) } }

    static func write(_ status: DeploymentStore.Status, to writer: inout JSONWriter) {
        let (deployment, counts) = (status.deployment, status.counts)
        writer.field("deployment_id", deployment.id)
        writer.field("patch_id", deployment.patch)
        writer.field("kb_number", deployment.number)
        writer.field("status", deployment.status)
        writer.field("success_rate", counts.successRate)
        writer.field("failed_endpoints", status.failures.map(DeploymentFailureView.init))
        writer.field("failed", counts.failed)
        writer.field("endpoints", counts.all.total)
        writer.field("counts", TargetCountsView(counts: counts.all))
        writer.field("ring", deployment.life.ring)
        writer.field("rings", rings(status))
        let policy = deployment.plan.gate(after: max(deployment.life.ring, 0)).test
        writer.field("gate", deployment.gate.map { DeploymentGateView(reading: $0, policy: policy) })
        writer.field("created_at", deployment.createdAt)
        writer.field("started_at", deployment.startedAt)
        writer.field("finished_at", deployment.finishedAt)
    }
}
