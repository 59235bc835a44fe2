import Domain

/// What a ring of a plan has to show: its own gate, or the plan's.
struct DeploymentGatePolicyView: JSONWritable, SchemaProviding {
    let policy: GatePolicy
    let isOwn: Bool

    init(plan: DeploymentPlan, ring: Int) {
        policy = plan.gate(after: ring)
        isOwn = plan.rings.indices.contains(ring) && plan.rings[ring].gate != nil
    }

    static let schema = Schema.named(
        "DeploymentGatePolicy",
        .object([
            .field("is_own", .boolean, "Whether it is the ring's own, and not the plan's."),
            .field("success_percent", .number), .field("coverage_percent", .number), .field("soak_minutes", .integer),
            .field("unhealthy", .integer), .field("incidents", .integer), .field("alerts", .integer),
            .field(
                "test",
                .object([
                    .field("good_rate", .number), .field("bad_rate", .number), .field("false_stop", .number),
                    .field("false_go", .number), .field("needs_proof", .boolean), .field("counts_silent", .boolean),
                ])),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("is_own", isOwn)
            writer.field("success_percent", policy.successPercent)
            writer.field("coverage_percent", policy.coveragePercent)
            writer.field("soak_minutes", policy.soakMinutes)
            writer.field("unhealthy", policy.unhealthy)
            writer.field("incidents", policy.incidents)
            writer.field("alerts", policy.alerts)
            writer.field("test", TestView(test: policy.test))
        }
    }

    private struct TestView: JSONWritable {
        let test: FailureTestPolicy

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("good_rate", test.goodRate)
                writer.field("bad_rate", test.badRate)
                writer.field("false_stop", test.falseStop)
                writer.field("false_go", test.falseGo)
                writer.field("needs_proof", test.needsProof)
                writer.field("counts_silent", test.countsSilent)
            }
        }
    }
}
