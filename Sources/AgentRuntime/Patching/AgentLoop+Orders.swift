import AgentProtocol
import Domain
import FoundationEssentials

extension AgentLoop {
    /// What this agent can install with, as the heartbeat says it.
    func abilities() async -> PatchAbilities {
        PatchAbilities(
            tools: PackageTools.all.filter(\.isUsable).map(\.kind), key: identity.orderKey?.id, nonce: UUID(),
            underWay: await desk.underWay)
    }

    /// Takes the orders of an answer that are believed, after what it says of the key.
    ///
    /// - Parameter asked: when the heartbeat was sent; how old an order is is counted from there.
    func take(_ work: AgentWork, _ nonce: UUID, asked: ContinuousClock.Instant) async throws {
        try learn(work)
        for signed in work.orders ?? [] {
            do throws(OrderRefusal) {
                let order = try signed.opened(
                    with: identity.orderKey, tenant: identity.tenant, agent: identity.agent, nonce: nonce,
                    elapsed: ContinuousClock.now - asked)
                await accept(order)
            } catch {
                note("An order is refused: \(error.message)")
                guard error.isLasting, let claimed = try? AgentJSON.decode(PatchOrder.self, from: Array(signed.order)),
                    claimed.tenant == identity.tenant, claimed.agent == identity.agent
                else { continue }
                await desk.refuse(claimed.job, error)
            }
        }
    }

    private func accept(_ order: PatchOrder) async {
        do { try await desk.take(order, until: .now + Self.patience) } catch { note(error.message) }
    }

    /// For how long the server's word is asked for, once an order is accepted. What a slow download takes is in it.
    private static let patience = Duration.seconds(24 * 3600)

    /// The key that it was told first is believed until its holder names another.
    private func learn(_ work: AgentWork) throws {
        var key = identity.orderKey
        if key == nil, let told = work.orderKey, told.isSound { key = told }
        if let known = key { key = known.successor(by: work.keyChanges ?? [], tenant: identity.tenant) }
        guard let key, key != identity.orderKey else { return }
        note("Orders are believed that are signed with the key \(key.id).")
        identity.orderKey = key
        try identity.save(folder)
    }
}

extension OrderRefusal {
    /// Whether the same order would be refused again.
    fileprivate var isLasting: Bool {
        switch self {
        case .otherKey, .signature, .unreadable, .content, .noKey: true
        case .otherTenant, .otherAgent, .notAsked, .expired: false
        }
    }
}
