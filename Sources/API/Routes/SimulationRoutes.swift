import Domain
import Store

/// `/api/vulnerabilities/simulate` and `/plan`: what updates would do.
enum SimulationRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [simulate(store).erased, plan(store).erased] }

    private static let tag = "What if"

    private static func simulate(_ store: Store) -> Route<SimulationInput, SimulationView> {
        Route(
            .post, "/api/vulnerabilities/simulate", "Simulate fixes", tag: tag, access: .permission(.read),
            description: "How the risk of the fleet and of endpoints would move; nothing is changed."
        ) { input, scope in
            SimulationView(outcome: try await store.simulation.simulate(input.fixes, tenant: try scope.tenant))
        }
    }

    private static func plan(_ store: Store) -> Route<PlanInput, FixPlanView> {
        Route(
            .post, "/api/vulnerabilities/plan", "Plan fixes", tag: tag, access: .permission(.read),
            description: """
                The updates that remove most risk for each reboot, those without one first: no other choice of as many \
                that costs no more reboots removes more risk. bound is the most that any choice could remove.
                """
        ) { input, scope in
            FixPlanView(
                plan: try await store.simulation.plan(
                    count: input.count, reboots: input.reboots, tenant: try scope.tenant))
        }
    }
}

/// What is fixed.
struct SimulationInput: JSONInput {
    static let schema = Schema.named(
        "SimulationRequest",
        .object([
            .field(
                "fixes",
                .array(
                    of: .object([
                        .optional("cve_id", .string(length: 1...100), "This vulnerability, wherever it is."),
                        .optional("package", .string(length: 1...500), "This package or source is updated."),
                        .optional(
                            "version", .string(length: 1...200),
                            "To this version; without it, to one that fixes all that can be fixed."),
                        .optional("ecosystem", .string(length: 1...200), "Only packages of this ecosystem."),
                    ]), count: 1...1000), "Each names a vulnerability or a package.")
        ]))
    let fixes: [SimulationStore.Fix]

    init(json: JSONValue) throws(RequestError) {
        var fixes: [SimulationStore.Fix] = []
        for fix in try json.required("fixes", as: [JSONValue].self) {
            let (cve, package): (String?, String?) = (try fix.optional("cve_id"), try fix.optional("package"))
            switch (cve, package) {
            case (let cve?, nil): fixes.append(.vulnerability(cve))
            case (nil, let package?):
                fixes.append(
                    .package(package, version: try fix.optional("version"), ecosystem: try fix.optional("ecosystem")))
            default:
                throw .invalidField(name: "fixes", message: "Each of fixes names either a cve_id or a package.")
            }
        }
        self.fixes = fixes
    }
}

/// How much is to be done.
struct PlanInput: JSONInput {
    static let schema = Schema.named(
        "PlanRequest",
        .object([
            .field("count", .integer(1...100), "Updates at most."),
            .optional("reboots", .integer(0...10_000_000).orNull, "Reboots at most; without it, any number."),
        ]))
    let count: Int
    let reboots: Int?

    init(json: JSONValue) throws(RequestError) {
        count = try json.required("count")
        reboots = try json.optional("reboots")
    }
}
