import Domain
import FoundationEssentials
import Store

/// A deployment's plan as bodies give it, beside what is to be deployed.
enum DeploymentPlanInput {
    private static let test = Schema.object([
        .optional("good_rate", .number, "A patch that fails at most so often is good."),
        .optional("bad_rate", .number, "One that fails at least so often is bad."),
        .optional("false_stop", .number, "How probable it may be that a good patch is ever stopped."),
        .optional("false_go", .number, "How probable it may be that a bad patch is ever called good."),
        .optional("needs_proof", .boolean, "Whether a ring has to prove that the patch is good."),
        .optional("counts_silent", .boolean, "Whether one that falls silent after it began counts as failed."),
    ])

    private static let gate = Schema.named(
        "DeploymentGate",
        .object([
            .optional(
                "success_percent", .number, "Of the outcomes, at least so many are successes; 0 leaves it to the test."),
            .optional("coverage_percent", .number, "A ring is done when so many of it have an outcome."),
            .optional("soak_minutes", .integer, "How long a ring is watched when it is done."),
            .optional("unhealthy", .integer, "Endpoints that are not well after their restart, at most."),
            .optional("incidents", .integer, "New incidents on patched endpoints, at most."),
            .optional("alerts", .integer, "New alerts on patched endpoints, at most."),
            .optional("test", test, "The sequential test of failures, and its error bounds."),
        ]))

    private static let window = Schema.object([
        .optional(
            "days", .array(of: .cases(of: MaintenanceSchedule.Day.self)), "On which it opens; every day without."),
        .field("start", .string, "By the clock on the wall.", example: "22:00"),
        .field("end", .string, "The next day's where it is not later; the same is a whole day.", example: "04:00"),
    ])

    private static let blackout = Schema.object([
        .field("from", .string, "The first day.", example: "2026-12-24"),
        .field("through", .string, "The last day.", example: "2027-01-02"), .optional("reason", .string.orNull),
    ])

    static let strategies = Schema.cases(of: DeploymentPlan.Strategy.self)

    /// Everything of a plan but its strategy.
    static let fields: [Schema.Field] = [
        .optional(
            "rings",
            .array(
                of: .object([
                    .field("name", .string),
                    .optional("percent", .number.orNull, "Of the endpoints that no ring names by tag or group."),
                    .optional("tags", .array(of: .string)),
                    .optional(
                        "groups", .array(of: .string), "An endpoint is in the group finance by its tag group:finance."),
                    .optional("gate", gate.orNull, "Its own; without it the plan's."),
                ]), count: 0...100),
            "In their order, the canary first; staged ones have 5 %, 20 % and the rest without."),
        .optional(
            "schedules",
            .array(
                of: .object([
                    .optional("groups", .array(of: .string), "Without any: of all other endpoints."),
                    .field("time_zone", .string, "By its name in the IANA database.", example: "Europe/Berlin"),
                    .field("windows", .array(of: window)), .optional("blackouts", .array(of: blackout)),
                    .optional("margin_minutes", .integer, "Nothing begins so shortly before a window closes."),
                ]), count: 0...100), "When endpoints may be patched."),
        .optional("starts_at", .timestamp.orNull, "Nothing begins before."),
        .optional("approval", .cases(of: DeploymentPlan.Approval.self), "Who must agree besides whoever asks."),
        .optional(
            "reboot",
            .object([
                .optional("mode", .cases(of: RebootPolicy.Mode.self)),
                .optional("notice_minutes", .integer, "How long a user is told before."),
            ])),
        .optional(
            "limits",
            .object([
                .optional("concurrent", .integer.orNull, "Endpoints under way at once."),
                .optional("kilobits_per_second", .integer.orNull, "For all downloads together."),
                .optional("kilobits_per_download", .integer),
            ])), .optional("gate", gate, "Between rings."),
        .optional(
            "offline_hours", .integer, "An endpoint that has not come so long after its ring opened is given up."),
    ]

    /// What a body that has been checked against `fields` says.
    static func read(_ json: JSONValue, strategy: DeploymentPlan.Strategy) throws(RequestError) -> DeploymentPlan {
        guard case .object(let all) = json else { throw .missingField(name: "strategy") }
        let own = Set(fields.map(\.name)).subtracting(["starts_at"])
        let start: Date? = try json.optional("starts_at")
        let object = JSONValue.object(all.filter { own.contains($0.name) && $0.value != .null })
        var plan: DeploymentPlan
        do {
            plan = try JSONDecoder().decode(DeploymentPlan.self, from: Data(object.jsonBytes()))
        } catch {
            throw .invalidField(
                name: Self.field(of: error), message: "The plan cannot be read: this value is not taken here.")
        }
        plan.strategy = strategy
        plan.startsAt = start
        if strategy == .staged && plan.rings.isEmpty { plan.rings = standardRings }
        return plan
    }

    /// Where a plan cannot be read: `rings[0].percent`.
    private static func field(of error: any Error) -> String {
        let path: [any CodingKey]
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        default: path = []
        }
        return path.reduce("") { name, key in
            if let place = key.intValue { return "\(name)[\(place)]" }
            return name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)"
        }
    }

    /// A plan as it is shown.
    static func json(of plan: DeploymentPlan) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return try JSONParser.parse([UInt8](try encoder.encode(plan)))
    }

    /// Of a staged deployment that names none.
    static let standardRings = [
        DeploymentRing(name: "Canary", percent: 5), DeploymentRing(name: "Early", percent: 20),
        DeploymentRing(name: "All others"),
    ]
}

extension DeploymentPlan.Strategy: JSONReadable {}
extension DeploymentStatus: ParameterValue, JSONReadable, JSONWritable {}
extension TargetStatus: ParameterValue, JSONReadable, JSONWritable {}
