import Domain
import Risk
import Store

/// What fixes would do.
struct SimulationView: JSONContent {
    let outcome: SimulationStore.Outcome

    static let fields: [Schema.Field] = [
        .field("before", state), .field("after", state),
        .field("endpoints_affected", .integer, "Endpoints on which a finding goes."),
        .field("findings_fixed", .integer, "Vulnerabilities on endpoints that go."),
        .field("endpoints", .array(of: gain), "The endpoints that gain most."),
    ]
    static let schema = Schema.named("Simulation", .object(fields))

    private static let state = Schema.named(
        "FleetState",
        .object([
            .field("mean_risk", .number(0...100)), .field("highest_risk", .number(0...100)),
            .field("healthy", .integer), .field("at_risk", .integer), .field("critical", .integer),
            .field("open_findings", .integer),
        ]))

    private static let gain = Schema.named(
        "EndpointGain",
        .object([
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("risk_before", .number(0...100)),
            .field("risk_after", .number(0...100)),
        ]))

    func write(to writer: inout JSONWriter) { writer.object { writeFields(to: &$0) } }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("before", StateView(state: outcome.before))
        writer.field("after", StateView(state: outcome.after))
        writer.field("endpoints_affected", outcome.endpoints)
        writer.field("findings_fixed", outcome.findings)
        writer.field("endpoints", array: outcome.gains.map(GainView.init))
    }

    private struct StateView: JSONWritable {
        let state: SimulationStore.State

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("mean_risk", (state.meanRisk * 100).rounded() / 100)
                writer.field("highest_risk", state.highestRisk)
                writer.field("healthy", state.healthy)
                writer.field("at_risk", state.atRisk)
                writer.field("critical", state.critical)
                writer.field("open_findings", state.openFindings)
            }
        }
    }

    private struct GainView: JSONWritable {
        let gain: SimulationStore.Gain

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("endpoint_id", gain.id)
                writer.field("hostname", gain.hostname)
                writer.field("risk_before", gain.before)
                writer.field("risk_after", gain.after)
            }
        }
    }
}

/// The updates to do first.
struct FixPlanView: JSONContent {
    let plan: SimulationStore.Plan

    static let schema = Schema.named(
        "FixPlan",
        .object(
            [
                .field("updates", .array(of: update), "In the order in which to do them."),
                .field("risk_removed", .number, "The sum of the risks of the findings that they fix."),
                .field("reboots", .integer),
                .field("bound", .number, "No choice within the same limits removes more risk than this."),
            ] + SimulationView.fields))

    private static let update = Schema.named(
        "FixUpdate",
        .object([
            .field("ecosystem", .string), .field("package", .string),
            .field("version", .string, "The highest version that a fix of it names."), .field("risk_removed", .number),
            .field("endpoints", .integer), .field("findings", .integer), .field("needs_reboot", .boolean),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("updates", array: zip(plan.plan.updates, plan.versions).map(UpdateView.init))
            writer.field("risk_removed", Self.tenths(plan.plan.risk))
            writer.field("reboots", plan.plan.reboots)
            writer.field("bound", Self.tenths(plan.plan.bound))
            SimulationView(outcome: plan.outcome).writeFields(to: &writer)
        }
    }

    private static func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    private struct UpdateView: JSONWritable {
        let update: FixPlan.Update
        let version: String

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("ecosystem", update.ecosystem)
                writer.field("package", update.package)
                writer.field("version", version)
                writer.field("risk_removed", FixPlanView.tenths(update.risk))
                writer.field("endpoints", update.endpoints)
                writer.field("findings", update.findings)
                writer.field("needs_reboot", update.needsReboot)
            }
        }
    }
}
