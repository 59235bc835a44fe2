import Domain
import FoundationEssentials
import Patching
import Store

/// A row of `GET /api/patches/deployments`.
struct DeploymentRowView: JSONContent {
    let row: DeploymentStore.Row

    init(_ row: DeploymentStore.Row) { self.row = row }

    static let schema = Schema.named(
        "DeploymentRow",
        .object([
            .field("id", .uuid), .field("patch_id", .uuid), .field("kb_number", .string), .field("title", .string),
            .field("status", .cases(of: DeploymentStatus.self)),
            .field("strategy", .cases(of: DeploymentPlan.Strategy.self)), .field("endpoints", .integer),
            .field("deployed", .integer), .field("failed", .integer), .field("success_rate", .number),
            .field("requested_by", .string), .field("created_at", .timestamp),
            .field("finished_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        let (deployment, counts) = (row.deployment, row.counts)
        writer.object { writer in
            writer.field("id", deployment.id)
            writer.field("patch_id", deployment.patch)
            writer.field("kb_number", deployment.number)
            writer.field("title", deployment.title)
            writer.field("status", deployment.status)
            writer.field("strategy", deployment.plan.strategy.rawValue)
            writer.field("endpoints", counts.all.total)
            writer.field("deployed", counts.all[.deployed] + counts.all[.rollbackWaiting])
            writer.field("failed", counts.failed)
            writer.field("success_rate", counts.successRate)
            writer.field("requested_by", deployment.requestedBy)
            writer.field("created_at", deployment.createdAt)
            writer.field("finished_at", deployment.finishedAt)
        }
    }
}

/// `GET /api/patches/deployments/{id}`.
struct DeploymentView: JSONContent {
    let status: DeploymentStore.Status
    let words: [DeploymentStore.Word]

    static let schema = Schema.named(
        "Deployment",
        .object(
            DeploymentStatusView.fields + [
                .field("title", .string), .field("plan", .any, "With every standard filled in."),
                .field("revision", .integer, "Of the plan."), .field("reason", .string),
                .field("requested_by", .string), .field("held", .cases(of: DeploymentStatus.self).orNull),
                .field("soaking_since", .timestamp.orNull),
                .field("approvals", .array(of: DeploymentWordView.schema)),
            ]))

    func write(to writer: inout JSONWriter) {
        let deployment = status.deployment
        writer.object { writer in
            DeploymentStatusView.write(status, to: &writer)
            writer.field("title", deployment.title)
            writer.field("plan", (try? DeploymentPlanInput.json(of: deployment.plan)) ?? .null)
            writer.field("revision", deployment.revision)
            writer.field("reason", deployment.reason)
            writer.field("requested_by", deployment.requestedBy)
            writer.field("held", deployment.life.held)
            writer.field("soaking_since", deployment.life.soakingSince)
            writer.field("approvals", words.map(DeploymentWordView.init))
        }
    }
}

/// What a person said of a deployment.
struct DeploymentWordView: JSONWritable, SchemaProviding {
    let word: DeploymentStore.Word

    static let schema = Schema.named(
        "DeploymentWord",
        .object([
            .field("person", .string), .field("agrees", .boolean), .field("revision", .integer),
            .field("comment", .string), .field("at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("person", word.person)
            writer.field("agrees", word.agrees)
            writer.field("revision", word.revision)
            writer.field("comment", word.comment)
            writer.field("at", word.at)
        }
    }
}

/// A row of `GET /api/patches/deployments/{id}/targets`.
struct DeploymentTargetView: JSONContent {
    let target: DeploymentTarget
    let hasLog: Bool

    init(_ target: DeploymentTarget, hasLog: Bool) {
        self.target = target
        self.hasLog = hasLog
    }

    private static let states = Schema.array(
        of: .object([
            .field("name", .string), .field("architecture", .string.orNull), .field("version", .string.orNull),
        ]))

    static let schema = Schema.named(
        "DeploymentTarget",
        .object([
            .field("id", .uuid), .field("endpoint_id", .uuid), .field("hostname", .string), .field("ring", .integer),
            .field("status", .cases(of: PatchDeploymentStatus.self), "As published."),
            .field("state", .cases(of: TargetStatus.self)), .field("since", .timestamp),
            .field("attempt", .integer), .field("has_failed", .boolean, "In whichever attempt."),
            .field("awaits_reboot", .boolean), .field("deployment_date", .timestamp.orNull),
            .field("completion_date", .timestamp.orNull), .field("error_message", .string.orNull),
            .field(
                "packages",
                .array(
                    of: .object([
                        .field("name", .string), .field("architecture", .string.orNull), .field("version", .string),
                        .field("installed", .string.orNull),
                    ])
                ).orNull, "What its job says is to be installed."),
            .field("before", states.orNull), .field("after", states.orNull),
            .field("log", .string.orNull, "The end of what its package manager wrote."),
            .field("log_path", .string.orNull, "Where all of it is to be had."),
            .field(
                "carried_out_by", .string.orNull,
                "Who has its job: agent, webhook, or a vendor with the account's name; null before its turn."),
            .field("connector_id", .uuid.orNull, "The account."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", target.id)
            writer.field("endpoint_id", target.endpoint)
            writer.field("hostname", target.hostname)
            writer.field("ring", target.ring)
            writer.field("status", target.life.status.published.rawValue)
            writer.field("state", target.life.status)
            writer.field("since", target.since)
            writer.field("attempt", target.life.attempt)
            writer.field("has_failed", target.life.hasFailed)
            writer.field("awaits_reboot", target.life.awaitsReboot)
            writer.field("deployment_date", target.startedAt)
            writer.field("completion_date", target.finishedAt)
            writer.field("error_message", target.life.message)
            writer.field("packages", target.packages.map { $0.map(OrderedPackageView.init) })
            writer.field("before", target.outcome.map { $0.before.map(PackageStateView.init) })
            writer.field("after", target.outcome.map { $0.after.map(PackageStateView.init) })
            writer.field("log", target.log)
            writer.field(
                "log_path", hasLog ? "/api/patches/deployments/\(target.deployment)/targets/\(target.id)/log" : nil)
            writer.field("carried_out_by", target.carrier?.label)
            writer.field("connector_id", target.carrier?.account)
        }
    }
}

private struct OrderedPackageView: JSONWritable {
    let package: PatchOrder.Package

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", package.name)
            writer.field("architecture", package.architecture)
            writer.field("version", package.version)
            writer.field("installed", package.installed)
        }
    }
}

private struct PackageStateView: JSONWritable {
    let state: PatchReport.PackageState

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", state.name)
            writer.field("architecture", state.architecture)
            writer.field("version", state.version)
        }
    }
}

/// A row of `GET /api/patches/deployments/{id}/transitions`.
struct DeploymentTransitionView: JSONContent {
    let step: DeploymentTransition

    init(_ step: DeploymentTransition) { self.step = step }

    static let schema = Schema.named(
        "DeploymentTransition",
        .object([
            .field("target_id", .uuid.orNull), .field("hostname", .string.orNull),
            .field("from", .string.orNull, "Null for the first."), .field("to", .string), .field("at", .timestamp),
            .field("actor", .string), .field("reason", .string.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("target_id", step.target)
            writer.field("hostname", step.hostname)
            writer.field("from", step.from)
            writer.field("to", step.to)
            writer.field("at", step.at)
            writer.field("actor", step.actor)
            writer.field("reason", step.reason)
        }
    }
}

/// `POST /api/patches/deployments/preview`.
struct DeploymentPreviewView: JSONContent {
    let preview: DeploymentPreview
    let plan: DeploymentPlan

    static let schema = Schema.named(
        "DeploymentPreview",
        .object([
            .field("endpoints", .integer), .field("risk_removed", .number), .field("starts_at", .timestamp.orNull),
            .field("ends_at", .timestamp.orNull, "If everybody is there and all goes well."),
            .field(
                "rings",
                .array(
                    of: .object([
                        .field("name", .string), .field("endpoints", .integer), .field("risk_removed", .number),
                        .field("starts_at", .timestamp.orNull), .field("ends_at", .timestamp.orNull),
                        .field("gate", DeploymentGatePolicyView.schema, "What it has to show."),
                    ]))),
            .field(
                "prerequisites",
                .array(of: .object([.field("kb_number", .string), .field("endpoints", .integer)])),
                "What is installed before the patch, and on how many of the endpoints."),
            .field(
                "obstacles", .array(of: .object([.field("reason", .string), .field("endpoints", .integer)])),
                "Why it cannot be installed on how many of them."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoints", preview.endpoints)
            writer.field("risk_removed", preview.risk)
            writer.field("starts_at", preview.starts)
            writer.field("ends_at", preview.ends)
            let rings = preview.rings.enumerated().map { place, ring in
                RingView(ring: ring, gate: DeploymentGatePolicyView(plan: plan, ring: place))
            }
            writer.field("rings", rings)
            writer.field("prerequisites", preview.prerequisites.map(PrerequisiteView.init))
            writer.field("obstacles", preview.obstacles.map(ObstacleView.init))
        }
    }

    private struct PrerequisiteView: JSONWritable {
        let prerequisite: DeploymentPreview.Prerequisite

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("kb_number", prerequisite.number)
                writer.field("endpoints", prerequisite.endpoints)
            }
        }
    }

    private struct ObstacleView: JSONWritable {
        let obstacle: DeploymentPreview.Obstacle

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("reason", obstacle.reason)
                writer.field("endpoints", obstacle.endpoints)
            }
        }
    }

    private struct RingView: JSONWritable {
        let ring: DeploymentPreview.Ring
        let gate: DeploymentGatePolicyView

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("name", ring.name)
                writer.field("endpoints", ring.endpoints)
                writer.field("risk_removed", ring.risk)
                writer.field("starts_at", ring.starts)
                writer.field("ends_at", ring.ends)
                writer.field("gate", gate)
            }
        }
    }
}
