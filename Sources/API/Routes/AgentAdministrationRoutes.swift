import Domain
import FoundationEssentials
import Identity
import Store

/// `/api/agents`, the administrators' side: which agents there are, who may enrol, what they are asked to do.
enum AgentAdministrationRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            list(store).erased, accept(store).erased, tasks(store).erased, ask(store).erased, revoke(store).erased,
            enrolments(store).erased, create(store).erased, withdraw(store).erased,
        ]
    }

    private static let tag = "Agents"

    private static func list(_ store: Store) -> Route<WholeListInput, Page<AgentView>> {
        Route(
            .get, "/api/agents", "List agents", tag: tag, access: .permission(.read),
            description: "Those that are not revoked, with their last heartbeat."
        ) { input, scope in
            let agents = try await store.agents.list(tenant: try scope.tenant)
            return try Page(whole: agents.map(AgentView.init), input.page) { $0.agent.id.description }
        }
    }

    private static func revoke(_ store: Store) -> Route<AgentPath, NoContent> {
        Route(
            .delete, "/api/agents/{id}", "Revoke an agent", tag: tag, access: .permission(.manageTenant),
            description: "Its requests are refused from now on. What it has reported stays.",
            errors: ["agent.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.agents.revoke(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }

    private static func accept(_ store: Store) -> Route<AgentPath, NoContent> {
        Route(
            .post, "/api/agents/{id}/accept", "Accept an agent in quarantine", tag: tag,
            access: .permission(.manageTenant),
            description: """
                Somebody has looked: of the machines that use its key, the one that reports next is the one that is \
                meant. Others quarantine it again.
                """, errors: ["agent.not_found", "agent.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.agents.accept(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }

    private static func tasks(_ store: Store) -> Route<AgentPath, AgentTaskList> {
        Route(
            .get, "/api/agents/{id}/tasks", "List an agent's tasks", tag: tag, access: .permission(.read),
            description: "The newest hundred, the newest first.", errors: ["agent.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            _ = try await store.agents.find(input.id, tenant: tenant)
            return AgentTaskList(tasks: try await store.agents.tasks(of: input.id, tenant: tenant))
        }
    }

    private static func ask(_ store: Store) -> Route<AgentAsked, Created<AgentTaskMade>> {
        Route(
            .post, "/api/agents/{id}/tasks", "Ask an agent to do something", tag: tag,
            access: .permission(.manageTenant),
            description: """
                `scan` takes the inventory now; `isolate` cuts the machine off from everything but this server, \
                `release` undoes it; `probe` asks the addresses of a network (`arguments`: `network`, `ports`, \
                `per_second`) who is there.
                """, errors: ["agent.not_found", "agent.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            let task = try await store.agents.ask(
                input.id, input.request.kind.rawValue, input.request.arguments, tenant: principal.tenant, by: principal)
            return Created(AgentTaskMade(task: task), location: "/api/agents/\(input.id)/tasks")
        }
    }

    private static func enrolments(_ store: Store) -> Route<WholeListInput, Page<EnrolmentView>> {
        Route(
            .get, "/api/enrolments", "List enrolment tokens", tag: tag, access: .permission(.manageTokens),
            description: "Those that still enrol; never the tokens, which are stored nowhere."
        ) { input, scope in
            let enrolments = try await store.enrolments.list(tenant: try scope.tenant)
            return try Page(whole: enrolments.map(EnrolmentView.init), input.page) { $0.enrolment.id.description }
        }
    }

    private static func create(_ store: Store) -> Route<NewEnrolment, Created<EnrolmentCreated>> {
        Route(
            .post, "/api/enrolments", "Create an enrolment token", tag: tag, access: .permission(.manageTokens),
            description: "The answer holds the token itself, this once. `garrison agent enrol` takes it."
        ) { input, scope in
            let principal = try scope.principal
            let (token, id) = (EnrolmentToken.make(for: principal.tenant), EnrolmentID.make())
            try await store.enrolments.create(
                id: id, name: input.name, uses: input.uses, mayReplace: input.mayReplace, hash: token.digest,
                expiresAt: Date(timeIntervalSinceNow: Double(input.hours) * 3600), tenant: principal.tenant,
                by: principal)
            return Created(EnrolmentCreated(id: id, token: token.text), location: "/api/enrolments/\(id)")
        }
    }

    private static func withdraw(_ store: Store) -> Route<EnrolmentPath, NoContent> {
        Route(
            .delete, "/api/enrolments/{id}", "Revoke an enrolment token", tag: tag, access: .permission(.manageTokens),
            description: "It enrols nobody any more. Agents that it has enrolled stay.", errors: ["enrolment.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.enrolments.revoke(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }
}

/// The agent that a path names.
struct AgentPath: RouteInput {
    static let id = PathParameter<AgentID>("id", "The agent.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: AgentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// The enrolment token that a path names.
struct EnrolmentPath: RouteInput {
    static let id = PathParameter<EnrolmentID>("id", "The token's id, not its secret.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: EnrolmentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// What an agent is asked to do.
struct AgentRequest: JSONInput {
    /// What agents can do.
    enum Kind: String, CaseIterable, Sendable, JSONReadable {
        case scan, isolate, release, probe
    }

    static let schema = Schema.named(
        "AgentRequest",
        .object([
            .field("kind", .cases(of: Kind.self)),
            .optional("arguments", .map(of: .string(length: 0...1000)), "For probe: network, ports, per_second."),
        ]))
    let kind: Kind
    let arguments: [String: String]

    init(json: JSONValue) throws(RequestError) {
        kind = try json.required("kind")
        var arguments: [String: String] = [:]
        if case .object(let fields)? = json["arguments"] {
            for field in fields { if case .string(let text) = field.value { arguments[field.name] = text } }
        }
        self.arguments = arguments
    }
}

/// Which agent, and what.
struct AgentAsked: RouteInput {
    static let parameters = AgentPath.parameters
    static let body = AgentRequest.body
    let id: AgentID
    let request: AgentRequest

    init(from request: RequestReader) throws {
        id = try AgentPath(from: request).id
        self.request = try AgentRequest(json: request.json)
    }
}

/// An enrolment token to be made.
struct NewEnrolment: JSONInput {
    static let schema = Schema.named(
        "NewEnrolment",
        .object([
            .field("name", .string(length: 1...200), "What it is for."),
            .optional("uses", .integer(1...100_000), "How many agents it enrols; one without."),
            .optional("hours", .integer(1...8_760), "How long it lasts; 24 without."),
            .optional(
                "may_replace", .boolean, "Whether an agent that it enrols takes the place of the one the machine has."),
        ]))
    let name: String
    let uses: Int
    let hours: Int
    let mayReplace: Bool

    init(json: JSONValue) throws(RequestError) {
        name = try json.required("name")
        uses = try json.optional("uses") ?? 1
        hours = try json.optional("hours") ?? 24
        mayReplace = try json.optional("may_replace") ?? false
    }
}
