import Domain
import Risk
import Store

/// Weights as a body gives them: those left out have the standard's value.
struct WeightsInput {
    static let fields: [Schema.Field] = RiskWeights.parts.map {
        .optional(
            $0.name, .number($0.bounds), "\($0.label); \(RiskWeights.standard[keyPath: $0.path]) by the standard.")
    }
    static let schema = Schema.named("RiskWeights", .object(fields))

    static func read(_ json: JSONValue) throws(RequestError) -> RiskWeights {
        var weights = RiskWeights.standard
        for part in RiskWeights.parts {
            if let value: Double = try json.optional(part.name) { weights[keyPath: part.path] = value }
        }
        return weights
    }
}

/// Deadlines as a body gives them: those left out are none.
struct DeadlinesInput {
    static let fields: [Schema.Field] =
        DeadlinePolicy.parts.map { .optional($0.name, .integer(DeadlinePolicy.bounds).orNull, "Days: \($0.label).") }
        + [.optional("warning_days", .integer(0...365), "A finding is due soon so many days before its deadline.")]
    static let schema = Schema.named("DeadlinePolicy", .object(fields))

    static func read(_ json: JSONValue) throws(RequestError) -> DeadlinePolicy {
        var policy = DeadlinePolicy()
        for part in DeadlinePolicy.parts { policy[keyPath: part.path] = try json.optional(part.name) }
        if let days: Int = try json.optional("warning_days") { policy.warningDays = days }
        return policy
    }
}

/// How exceptions are granted, as a body gives it.
struct GrantingInput {
    static let fields: [Schema.Field] = [
        .optional("maximum_days", .integer(1...3650), "The longest that an exception may last."),
        .optional("needs_approval", .boolean, "Whether a second person must approve."),
        .optional("warning_days", .integer(0...365), "An exception is ending soon so many days before its end."),
    ]
    static let schema = Schema.named("ExceptionPolicy", .object(fields))

    static func read(_ json: JSONValue) throws(RequestError) -> ExceptionPolicy {
        var policy = ExceptionPolicy.standard
        if let days: Int = try json.optional("maximum_days") { policy.maximumDays = days }
        if let needed: Bool = try json.optional("needs_approval") { policy.needsApproval = needed }
        if let days: Int = try json.optional("warning_days") { policy.warningDays = days }
        return policy
    }
}

/// A part of the policy to put into force.
struct PolicyActivation<Part: PolicyInput>: JSONInput {
    static var schema: Schema {
        .named(
            "\(Part.name)Activation",
            .object([
                .field("policy", Part.schema),
                .optional("note", .string(length: 0...2000), "Why; kept in its history."),
            ]))
    }
    let policy: Part.Policy
    let note: String

    init(json: JSONValue) throws(RequestError) {
        policy = try Part.read(try json.required("policy"))
        note = try json.optional("note") ?? ""
    }
}

/// How a part of the policy is read.
protocol PolicyInput: SendableMetatype {
    associatedtype Policy: VersionedPolicy
    static var name: String { get }
    static var schema: Schema { get }
    static func read(_ json: JSONValue) throws(RequestError) -> Policy
}

extension WeightsInput: PolicyInput {
    static let name = "Weights"
}

extension DeadlinesInput: PolicyInput {
    static let name = "Deadlines"
}

extension GrantingInput: PolicyInput {
    static let name = "ExceptionPolicy"
}

/// A change to look at before it is made.
struct PolicyPreviewInput: JSONInput {
    static let schema = Schema.named(
        "PolicyChange",
        .object([
            .optional("weights", WeightsInput.schema), .optional("sla", DeadlinesInput.schema),
            .optional("exception", NewException.schema, "As if it were active."),
            .optional("ended_exception_id", .uuid, "As if it had ended."),
            .optional("top", .integer(1...100), "How much of the list by risk to show; 20 without it."),
        ]))
    let change: PolicyChange
    let top: Int

    init(json: JSONValue) throws(RequestError) {
        var change = PolicyChange()
        if let weights: JSONValue = try json.optional("weights") { change.weights = try WeightsInput.read(weights) }
        if let deadlines: JSONValue = try json.optional("sla") { change.deadlines = try DeadlinesInput.read(deadlines) }
        if let exception: JSONValue = try json.optional("exception") {
            change.granting = try NewException(json: exception).request
        }
        change.ending = try json.optional("ended_exception_id")
        self.change = change
        top = try json.optional("top") ?? 20
    }
}

/// Which part's history is asked for.
struct PolicyHistoryInput: RouteInput {
    static let kind = QueryParameter<PolicyStore.Kind>("kind", "The part.", default: .string("weights"))
    static let parameters: [any ParameterDescribing] = [kind] + PageRequest.parameters
    let kind: PolicyStore.Kind
    let page: PageRequest

    init(from request: RequestReader) throws {
        kind = try request.query(Self.kind) ?? .weights
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

extension PolicyStore.Kind: ParameterValue {}
