import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison endpoint actions`: what was done to an endpoint.
struct EndpointActionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions", abstract: "What was done to an endpoint, and what came of it; the newest first.")

    @OptionGroup var options: EndpointOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let decisions = try await options.withEndpoint { store, tenant, endpoint in
            try await store.actions.ofEndpoint(endpoint, tenant: tenant.id)
        }
        try ActionReport.print(decisions, json: json)
    }
}

/// `garrison endpoint check`: asks how an action stands.
struct EndpointCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Have the vendors asked again how an action stands; it is not sent again.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The action's id.") var id: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        guard let id = DecisionID(id) else { throw ValidationError("“\(id)” is not the id of an action.") }
        let decision = try await database.withTenant(tenant) { store, tenant in
            try await store.actions.requestCheck(id, tenant: tenant.id, by: Operator.principal(of: tenant))
        }
        try ActionReport.print([decision], json: json)
    }
}

/// Actions as lines or as JSON.
enum ActionReport {
    static func print(_ decisions: [ActionDecision], json: Bool) throws {
        if json { return try Console.printJSON(decisions.map(Item.init)) }
        if decisions.isEmpty { return Console.note("Nothing was done yet.") }
        for decision in decisions {
            Console.print(
                "\(decision.id) \(decision.kind): \(decision.status.rawValue), "
                    + "\(Moment.second(decision.requestedAt)) by \(decision.requestedBy)")
            for action in decision.actions {
                let message = action.message.map { ": \($0)" } ?? ""
                Console.print("  \(action.source): \(action.status.rawValue)\(message)")
            }
        }
    }

    private struct Item: Encodable {
        let id: DecisionID
        let kind: String
        let status: ActionStatus
        let reason: String
        let requestedBy: String
        let requestedAt: Date
        let sources: [Source]

        init(_ decision: ActionDecision) {
            id = decision.id
            kind = decision.kind
            status = decision.status
            reason = decision.reason
            requestedBy = decision.requestedBy
            requestedAt = decision.requestedAt
            sources = decision.actions.map(Source.init)
        }
    }

    private struct Source: Encodable {
        let id: ActionID
        let source: String
        let deviceId: String?
        let status: ActionStatus
        let message: String?
        let transitions: [ActionRecord.Transition]

        init(_ action: ActionRecord) {
            id = action.id
            source = action.source
            deviceId = action.device
            status = action.status
            message = action.message
            transitions = action.transitions
        }
    }
}
