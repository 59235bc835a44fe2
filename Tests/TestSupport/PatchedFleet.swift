import Domain
import FoundationEssentials
import Identity
import Postgres
import Store
import Synchronization

/// Machines with simulated agents that carry out patch jobs as real ones promise to: the journal is written before
/// anything is changed, nothing is changed without the server's word, and no job is done twice.
package final class PatchedFleet: Sendable {
    /// What becomes of a job on a machine.
    package enum Fate: Sendable, Hashable {
        case succeeds, fails
        /// It says that it begins and is never heard again.
        case vanishes
    }

    package struct Machine: Sendable {
        package let endpoint: EndpointID
        package let agent: AgentID
        package let device: String
    }

    private struct Journal {
        /// Jobs that were begun, how often the machine was changed for each, and what came of it.
        var begun: Set<String> = []
        var changes: [String: Int] = [:]
        var outcomes: [String: PatchReport] = [:]
        var hasPatch = false
    }

    package let machines: [Machine]
    package let patch: PatchID
    package let tenant: TestTenant
    private let database: TestDatabase
    private let journals = Mutex<[EndpointID: Journal]>([:])
    private let fates = Mutex<[EndpointID: Fate]>([:])
    private let sequence = Mutex<Int64>(0)
    /// Machines whose one agent is at something.
    private let busy = Mutex<Set<EndpointID>>([])

    private init(_ machines: [Machine], patch: PatchID, tenant: TestTenant, database: TestDatabase) {
        self.machines = machines
        self.patch = patch
        self.tenant = tenant
        self.database = database
    }

    /// Machines of a tenant that need a patch of curl.
    package static func make(
        _ count: Int, in tenant: TestTenant, prefix: String = "fleet", database: TestDatabase = .current
    ) async throws -> PatchedFleet {
        let inventories = (0..<count).map { Seed.inventory("\(prefix)-\($0)") }
        let outcome = try await database.store.inventories.ingest(inventories, from: .agent, tenant: tenant.id)
        let rows = try await database.store.app.query(
            "SELECT device_id, id FROM endpoints WHERE tenant_id = $1 AND id = ANY ($2)",
            [.id(tenant.id), .uuidArray(outcome.endpoints.map(\.uuid))], tenant: tenant.id)
        var endpoints: [String: EndpointID] = [:]
        for row in rows { endpoints[try row.decode(0)] = try row.decode(1, as: EndpointID.self) }
        let token = EnrolmentToken.make(for: tenant.id)
        try await database.store.enrolments.create(
            name: prefix, uses: max(count, 1), mayReplace: false, hash: token.digest,
            expiresAt: Date().addingTimeInterval(3600), tenant: tenant.id, by: tenant.administrator)
        var machines: [Machine] = []
        for inventory in inventories {
            let agent = try await database.store.agents.enrol(
                tokenHash: token.digest, publicKey: (0..<32).map { _ in .random(in: 0...255) },
                facts: AgentFacts(deviceID: inventory.deviceID, hostname: inventory.hostname, version: "1"),
                tenant: tenant.id)
            guard let endpoint = endpoints[inventory.deviceID] else { throw TestFailure("an endpoint is missing") }
            machines.append(Machine(endpoint: endpoint, agent: agent, device: inventory.deviceID))
        }
        let patch = try await needed(by: machines.map(\.endpoint), in: tenant, database: database)
        let fleet = PatchedFleet(machines, patch: patch, tenant: tenant, database: database)
        try await fleet.beat()
        return fleet
    }

    /// A patch of curl, or an update of Windows, that endpoints need.
    package static func needed(
        by endpoints: [EndpointID], update: String? = nil, in tenant: TestTenant, database: TestDatabase = .current
    ) async throws -> PatchID {
        let owner = database.store.owner
        let patch: PatchID = try await owner.query(
            """
            INSERT INTO patches (kb_number, title, severity) VALUES ($1, 'curl', 'high')
            ON CONFLICT (kb_number) DO UPDATE SET title = EXCLUDED.title
            RETURNING id
            """, [.text(update ?? "DSA-1-1")])[0].decode(0)
        if update == nil {
            _ = try await owner.query(
                """
                INSERT INTO patch_packages (patch_id, ecosystem, package, fixed_version)
                VALUES ($1, 'debian:12', 'curl', '7.88.1-10+deb12u6')
                ON CONFLICT DO NOTHING
                """, [.id(patch)])
        }
        let set = UUID()
        _ = try await owner.run(
            [
                Statement(
                    "INSERT INTO finding_sets (tenant_id, id, is_pending) VALUES ($1, $2, false)",
                    [.id(tenant.id), .uuid(set)]),
                Statement(
                    "UPDATE endpoints SET finding_set_id = $2 WHERE tenant_id = $1 AND id = ANY ($3)",
                    [.id(tenant.id), .uuid(set), .uuidArray(endpoints.map(\.uuid))]),
                Statement(
                    """
                    INSERT INTO finding_set_patches (tenant_id, finding_set_id, patch_id, risk, vulnerabilities)
                    VALUES ($1, $2, $3, 500, '{}')
                    """, [.id(tenant.id), .uuid(set), .id(patch)]),
            ], tenant: tenant.id)
        return patch
    }

    package var endpoints: [EndpointID] { machines.map(\.endpoint) }

    package func set(_ fate: Fate, of endpoints: some Sequence<EndpointID>) {
        fates.withLock { fates in for endpoint in endpoints { fates[endpoint] = fate } }
    }

    /// All agents are there.
    package func beat() async throws {
        _ = try await database.store.owner.query(
            "UPDATE agents SET last_seen_at = now(), patch_tools = '{apt}' WHERE tenant_id = $1", [.id(tenant.id)],
            tenant: tenant.id)
    }

    /// A machine, by its endpoint.
    package func machine(_ endpoint: EndpointID) throws -> Machine {
        guard let machine = machines.first(where: { $0.endpoint == endpoint }) else {
            throw TestFailure("there is no such machine")
        }
        return machine
    }

    /// The jobs that a machine is handed.
    package func errands(of machine: Machine, underWay: [String] = []) async throws -> [PatchErrand] {
        let record = try await database.store.agents.find(machine.agent, tenant: tenant.id)
        let abilities = PatchAbilities(tools: [.apt], key: nil, nonce: UUID(), underWay: underWay)
        return try await database.store.deployments.errands(for: record, abilities, tenant: tenant.id)
    }

    /// Says something of a job.
    package func say(
        _ phase: PatchReport.Phase, of job: PatchJob, from machine: Machine, hasChanged: Bool = false,
        message: String = ""
    ) async throws -> PatchAnswer {
        let report = PatchReport(job: job, phase: phase, message: message, hasChanged: hasChanged)
        return try await say(report, from: machine)
    }

    package func say(_ report: PatchReport, from machine: Machine) async throws -> PatchAnswer {
        let number = sequence.withLock { number in
            number += 1
            return number
        }
        let signature = AgentSignature(
            tenant: tenant.id, agent: machine.agent, instance: UUID(), sequence: number)
        let word = AgentWord(report, device: machine.device, signature: signature, isAdmitted: true)
        guard let answer = try await database.store.deployments.hear([word], tenant: tenant.id)[0] else {
            throw TestFailure("the agent was not let in")
        }
        return answer
    }

    /// Carries a machine's job out, if it has one.
    ///
    /// - Returns: whether it had one.
    @discardableResult
    package func work(_ machine: Machine) async throws -> Bool {
        guard busy.withLock({ $0.insert(machine.endpoint).inserted }) else { return false }
        defer { _ = busy.withLock { $0.remove(machine.endpoint) } }
        let errands = try await errands(of: machine)
        for errand in errands { try await carryOut(errand.job, on: machine) }
        return !errands.isEmpty
    }

    private func carryOut(_ job: PatchJob, on machine: Machine) async throws {
        let name = job.description
        let known = journals.withLock { $0[machine.endpoint]?.outcomes[name] }
        if let known {
            _ = try await say(known, from: machine)
            return
        }
        let fate = fates.withLock { $0[machine.endpoint] } ?? .succeeds
        let (wasBegun, hasPatch) = journals.withLock { journals in
            let journal = journals[machine.endpoint] ?? Journal()
            return (journal.begun.contains(name), journal.hasPatch)
        }
        if wasBegun {
            // What was interrupted is looked at, and not begun anew.
            guard fate != .vanishes else { return }
            let isThere = hasPatch == (job.kind == .install)
            let report = PatchReport(
                job: job, phase: isThere ? .done : .failed, message: "It was interrupted.", hasChanged: hasPatch)
            journals.withLock { $0[machine.endpoint]?.outcomes[name] = report }
            _ = try await say(report, from: machine)
            return
        }
        if job.kind == .install { _ = try await say(.downloading, of: job, from: machine) }
        guard try await say(.began, of: job, from: machine).word == .proceed else { return }
        let outcome = journals.withLock { journals in
            var journal = journals[machine.endpoint] ?? Journal()
            journal.begun.insert(name)
            journal.changes[name, default: 0] += 1
            var outcome: PatchReport?
            switch (job.kind, fate) {
            case (.install, .succeeds):
                journal.hasPatch = true
                outcome = PatchReport(job: job, phase: .done, message: "", hasChanged: true)
            case (.install, .fails):
                outcome = PatchReport(
                    job: job, phase: .failed, message: "The package's script failed.", log: "dpkg: error")
            case (.rollback, .succeeds), (.rollback, .fails):
                journal.hasPatch = false
                outcome = PatchReport(job: job, phase: .rolledBack, message: "")
            case (_, .vanishes): break
            }
            journal.outcomes[name] = outcome
            journals[machine.endpoint] = journal
            return outcome
        }
        if let outcome { _ = try await say(outcome, from: machine) }
    }

    /// How often machines were changed for one job, at most.
    package var mostChanges: Int {
        journals.withLock { $0.values.flatMap(\.changes.values).max() ?? 0 }
    }

    /// Machines that were changed at all.
    package var changed: Set<EndpointID> {
        journals.withLock { journals in Set(journals.filter { !$0.value.begun.isEmpty }.keys) }
    }

    /// Machines that have the patch.
    package var patched: Set<EndpointID> {
        journals.withLock { journals in Set(journals.filter(\.value.hasPatch).keys) }
    }

    /// Makes a deployment to all of them.
    package func deploy(_ plan: DeploymentPlan, by principal: Principal? = nil, key: String? = nil) async throws
        -> DeploymentID
    {
        try await database.store.deployments.create(
            NewDeployment(patch: patch.description, endpoints: endpoints, plan: plan, reason: "a test", key: key),
            tenant: tenant.id, by: principal ?? tenant.administrator)
    }

    /// What a worker and the machines do, until nothing happens any more.
    package func settle(_ id: DeploymentID) async throws {
        var places = TurnPlaces()
        for _ in 0..<200 {
            try await database.store.deployments.keep(id, tenant: tenant.id)
            let dealt = try await database.store.deployments.deal(&places, tenant: tenant.id)
            var isBusy = dealt > 0
            for machine in machines where try await work(machine) { isBusy = true }
            if !isBusy { break }
        }
        try await database.store.deployments.keep(id, tenant: tenant.id)
    }
}
