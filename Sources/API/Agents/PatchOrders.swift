import AgentProtocol
import Domain
import FoundationEssentials
import Objects
import Store

/// Signs what agents are to install with their tenant's key.
struct PatchOrders {
    let store: Store
    private let keys: PatchKeys
    private let addresses: PatchAddresses

    init(_ dependencies: APIDependencies) {
        store = dependencies.store
        keys = PatchKeys(store: dependencies.store, box: dependencies.secrets)
        addresses = PatchAddresses(objects: dependencies.shelf.objects, box: dependencies.secrets)
    }

    /// Jobs that are not begun so long after they were handed out are asked for again.
    private static let lifetime = 7200.0

    /// What an agent's heartbeat is answered with.
    func answer(
        to abilities: PatchAbilities, of agent: AgentRecord, actions: [AgentWork.Action], tenant: TenantID
    ) async throws -> AgentWork {
        var work = AgentWork(actions: actions)
        // Where no secret can be kept there are no orders, and everything else goes on.
        guard keys.canKeepSecrets else { return work }
        let errands = try await store.deployments.errands(for: agent, abilities, tenant: tenant)
        if errands.isEmpty, let known = abilities.key {
            guard let present = try await store.patchKeys.current(tenant: tenant), present.id != known else {
                return work
            }
            work.keyChanges = try await store.patchKeys.changes(since: known, tenant: tenant)
            return work
        }
        // With another secret than the one it was sealed with there are no orders either.
        guard let key = try await keys.usableKey(of: tenant) else { return work }
        if abilities.key == nil { work.orderKey = key.publicKey }
        if let known = abilities.key, known != key.publicKey.id {
            work.keyChanges = try await store.patchKeys.changes(since: known, tenant: tenant)
        }
        let now = Date()
        let files = try await store.patchFiles.all(of: Set(errands.map(\.patch)), tenant: tenant)
        var orders: [SignedPatchOrder] = []
        for errand in errands {
            let own = files.filter { $0.patch == errand.patch }
            do {
                guard let order = try await order(errand, own, abilities, agent, tenant, at: now) else { continue }
                orders.append(try key.sign(order))
            } catch let error as ObjectError {
                // It is handed out again in a minute; all else that the agent is to do goes on.
                store.logger.warning("a patch job cannot be handed out: \(error.message)")
            }
        }
        if !orders.isEmpty { work.orders = orders }
        return work
    }

    private func order(
        _ errand: PatchErrand, _ files: [PatchFile], _ abilities: PatchAbilities, _ agent: AgentRecord,
        _ tenant: TenantID, at now: Date
    ) async throws -> PatchOrder? {
        // Where a machine lacks what the patch needs, its agent says so.
        let usable = abilities.tools.filter { $0 != .payload }
        let needed = errand.tools.first { usable.contains($0) } ?? errand.tools.first
        guard let tool = needed ?? usable.first ?? abilities.tools.first else { return nil }
        var order = PatchOrder(
            tenant: tenant, agent: agent.id, job: errand.job, nonce: abilities.nonce, issued: now,
            expires: now.addingTimeInterval(Self.lifetime), tool: tool, packages: errand.packages,
            reboot: errand.reboot,
            bytesPerSecond: errand.limits.kilobitsPerSecond == nil ? nil : errand.limits.kilobitsPerDownload * 125)
        // A rollback goes by what the agent has kept.
        guard errand.job.kind == .install,
            let chosen = PatchFile.choice(for: errand.packages, of: tool, from: files)
        else { return order }
        order.tool = .payload
        for file in chosen {
            order.payloads.append(
                PatchOrder.Payload(
                    name: file.name.text, url: try await addresses.address(of: file, tenant: tenant, at: now),
                    digest: file.sha256, bytes: file.bytes))
        }
        // What they take unpacked; the files themselves the agent counts.
        order.diskBytes = chosen.reduce(0) { $0 + $1.bytes } * 2
        return order
    }

    /// The key's public half, for whoever is enrolled; nil where no secret can be kept.
    func publicKey(of tenant: TenantID) async throws -> OrderKey? {
        guard keys.canKeepSecrets else { return nil }
        return try await keys.usableKey(of: tenant)?.publicKey
    }
}
