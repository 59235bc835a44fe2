import AgentProtocol
import Domain
import FoundationEssentials
import Identity
import Inventories
import Store

/// `/api/agents`, the agents' side: enrolling, reporting, asking for work. Requests are signed by the agent's key.
enum AgentRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let store = dependencies.store
        let orders = PatchOrders(dependencies)
        return [
            enrol(store, orders).erased, inventory(store).erased,
            work(store, AgentBell(store: store), orders).erased, results(store).erased,
            patches(store, PatchDesk(store: store)).erased, patchLog(dependencies.shelf).erased,
            neighbours(store).erased, leave(store).erased,
        ]
    }

    private static let tag = "Agents"
    /// Many agents share an address behind a router.
    private static let limits = RouteLimits(cost: 0.2)
    private static let bulk = RouteLimits(bodySize: 64 << 20, timeout: .seconds(120), cost: 0.2)
    /// Longer than an agent may have its answer put off.
    private static let patient = RouteLimits(timeout: .seconds(90), cost: 0.2)
    private static let longestWait = 55

    private static func enrol(
        _ store: Store, _ orders: PatchOrders
    ) -> Route<AgentInput<AgentEnrolment>, AgentAnswer<AgentEnrolled>> {
        Route(
            .post, "/api/agents/enrol", "Enrol an agent", tag: tag, access: .open,
            description: "With a one-time token, and signed with the key that it is for.",
            errors: ["enrolment.token", "agent.taken", "agent.signature"]
        ) { input, scope in
            let bytes = try await input.body.collect()
            let enrolment = try AgentInput<AgentEnrolment>.decode(bytes)
            guard let key = Data(base64Encoded: enrolment.publicKey).map({ Array($0) }),
                let signature = scope.head.headerFields[.authorization].flatMap({ AgentSignature(header: $0) }),
                signature.isValid(
                    publicKey: key, method: scope.head.method.rawValue, path: scope.path, body: bytes)
            else { throw AgentRefusal.signature }
            guard let token = EnrolmentToken(enrolment.token) else { throw AgentRefusal.token }
            let agent = try await store.agents.enrol(
                tokenHash: token.digest, publicKey: key, facts: enrolment.facts, tenant: token.tenant)
            let believed = try await orders.publicKey(of: token.tenant)
            return AgentAnswer(content: AgentEnrolled(tenant: token.tenant, agent: agent, orderKey: believed))
        }
    }

    private static func inventory(_ store: Store) -> Route<AgentInput<AgentInventory>, NoContent> {
        Route(
            .post, "/api/agents/inventory", "Report an agent's inventory", tag: tag, access: .open,
            description: "All of it, or what changed since the one that was taken last.",
            errors: ["inventory.base_unknown", "inventory.invalid", "agent.stale", "agent.quarantined"], limits: bulk
        ) { input, scope in
            let (agent, tenant, report) = try await input.admitted(by: store, scope)
            try await AgentIntake(store: store, tenant: tenant).take(report, from: agent)
            return NoContent()
        }
    }

    private static func work(
        _ store: Store, _ bell: AgentBell, _ orders: PatchOrders
    ) -> Route<AgentInput<AgentHeartbeat>, AgentAnswer<AgentWork>> {
        Route(
            .post, "/api/agents/work", "Ask for an agent's work", tag: tag, access: .open,
            description: """
                A heartbeat. The answer is put off for as long as the agent says, or until there is work. Work is \
                handed out until its result is here.
                """, errors: ["agent.stale", "agent.quarantined", "agent.revoked"], limits: patient
        ) { input, scope in
            let (agent, tenant, heartbeat) = try await input.admitted(by: store, scope)
            try await store.agents.heard(heartbeat, from: agent, tenant: tenant)
            var work = try await waiting(for: agent, heartbeat.patching, store, orders, tenant)
            let wait = min(longestWait, heartbeat.wait)
            if work.isEmpty, wait > 0 {
                await bell.wait(
                    for: agent.id, AgentStore.name(agent.deviceID, of: tenant), atMost: .seconds(wait))
                work = try await waiting(for: agent, heartbeat.patching, store, orders, tenant)
            }
            return AgentAnswer(content: work)
        }
    }

    private static func waiting(
        for agent: AgentRecord, _ abilities: PatchAbilities?, _ store: Store, _ orders: PatchOrders, _ tenant: TenantID
    ) async throws -> AgentWork {
        let actions =
            try await store.agents.work(for: agent.id, tenant: tenant)
            + store.agents.actions(for: agent, tenant: tenant)
        guard let abilities else { return AgentWork(actions: actions) }
        return try await orders.answer(to: abilities, of: agent, actions: actions, tenant: tenant)
    }

    private static func patches(
        _ store: Store, _ desk: PatchDesk
    ) -> Route<AgentInput<PatchReport>, AgentAnswer<PatchAnswer>> {
        Route(
            .post, "/api/agents/patches", "Report on an agent's patch job", tag: tag, access: .open,
            description: """
                How far a job is, and what came of it; saying it again changes nothing. Before an agent changes its machine \
                it says began, and goes on only when it is told to proceed.
                """, errors: ["agent.stale", "agent.quarantined", "agent.revoked"], limits: limits
        ) { input, scope in
            let (agent, signature, bytes) = try await input.signed(by: store, scope)
            let report = try PatchReport(json: try AgentInput<PatchReport>.parse(bytes))
            return AgentAnswer(content: try await desk.hear(report, of: agent, signature))
        }
    }

    private static func patchLog(_ shelf: PatchShelf) -> Route<AgentInput<PatchLogReport>, NoContent> {
        Route(
            .post, "/api/agents/patches/log", "Send a patch job's log", tag: tag, access: .open,
            description: """
                All that the package manager wrote, up to 2 MiB, when the outcome is told; sent again it takes the place of \
                the one before.
                """, errors: ["agent.stale", "agent.quarantined", "agent.revoked", "patch_job.not_found"],
            // Control characters are six bytes each in JSON.
            limits: RouteLimits(bodySize: 6 * PatchLogReport.longest + 4096, timeout: .seconds(120), cost: 0.2)
        ) { input, scope in
            let (agent, tenant, report) = try await input.admitted(by: shelf.store, scope)
            guard
                let target = try await shelf.store.patchLogs.target(
                    of: report.job, device: agent.deviceID, tenant: tenant)
            else { throw StoreError.notFound(kind: "patch_job", id: report.job.description) }
            try await shelf.keep(report, of: target, tenant: tenant)
            return NoContent()
        }
    }

    private static func results(_ store: Store) -> Route<AgentInput<AgentResult>, NoContent> {
        Route(
            .post, "/api/agents/results", "Report an agent's result", tag: tag, access: .open,
            description: "What came of work; saying it again changes nothing.",
            errors: ["agent.stale", "agent.quarantined"], limits: limits
        ) { input, scope in
            let (agent, tenant, result) = try await input.admitted(by: store, scope)
            if try await !store.agents.finish(result, of: agent.id, tenant: tenant) {
                try await store.agents.finishAction(result, of: agent, tenant: tenant)
            }
            return NoContent()
        }
    }

    private static func neighbours(_ store: Store) -> Route<AgentInput<[NetworkNeighbour]>, NoContent> {
        Route(
            .post, "/api/agents/neighbours", "Report an agent's neighbours", tag: tag, access: .open,
            description: "Machines that its own one has spoken with, or that answered a probe.",
            errors: ["agent.stale", "agent.quarantined"], limits: limits
        ) { input, scope in
            let (agent, tenant, neighbours) = try await input.admitted(by: store, scope)
            try await AgentIntake(store: store, tenant: tenant).take(neighbours, from: agent)
            return NoContent()
        }
    }

    private static func leave(_ store: Store) -> Route<AgentInput<[String: String]>, NoContent> {
        Route(
            .post, "/api/agents/leave", "Revoke an agent by itself", tag: tag, access: .open,
            description: "As uninstalling it does.", errors: ["agent.stale", "agent.revoked"], limits: limits
        ) { input, scope in
            let (agent, tenant, _) = try await input.admitted(by: store, scope)
            let principal = Principal(
                tenant: tenant, role: .viewer, subject: .system, name: "agent: \(agent.hostname)")
            try await store.agents.revoke(agent.id, tenant: tenant, by: principal)
            return NoContent()
        }
    }
}

extension AgentWork {
    /// Whether there is nothing to do; keys alone are told when the answer is due.
    fileprivate var isEmpty: Bool { actions.isEmpty && (orders ?? []).isEmpty }
}
