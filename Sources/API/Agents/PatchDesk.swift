import Domain
import Store

/// Hears what agents say of their jobs. While a tenant's reports are being written those that come are gathered, and go
/// together the next time: the busier it is, the more of them share a transaction.
actor PatchDesk {
    private struct Waiting {
        let word: AgentWord
        let answer: CheckedContinuation<PatchAnswer?, any Error>
    }

    /// Reports of one transaction.
    private static let together = 256

    private let store: Store
    private var waiting: [TenantID: [Waiting]] = [:]
    private var isServed: Set<TenantID> = []

    init(store: Store) { self.store = store }

    /// - Throws: `AgentRefusal` for a request that is not let in.
    func hear(_ report: PatchReport, of agent: AgentRecord, _ signature: AgentSignature) async throws -> PatchAnswer {
        var word = AgentWord(report, device: agent.deviceID, signature: signature)
        if let answer = try await queue(word) { return answer }
        // Another process than before, or a number that was used: the long way knows which.
        _ = try await store.agents.admit(signature)
        word.isAdmitted = true
        return try await queue(word) ?? PatchAnswer(.stop, reason: "The server knows no such job.")
    }

    private func queue(_ word: AgentWord) async throws -> PatchAnswer? {
        try await withCheckedThrowingContinuation { continuation in
            let tenant = word.signature.tenant
            waiting[tenant, default: []].append(Waiting(word: word, answer: continuation))
            guard isServed.insert(tenant).inserted else { return }
            Task { await serve(tenant) }
        }
    }

    private func serve(_ tenant: TenantID) async {
        while let batch = take(tenant) {
            do {
                let answers = try await store.deployments.hear(batch.map(\.word), tenant: tenant)
                for (one, answer) in zip(batch, answers) { one.answer.resume(returning: answer) }
            } catch {
                await single(batch, error, tenant)
            }
        }
        isServed.remove(tenant)
    }

    /// One that cannot be written does not take the others with it.
    private func single(_ batch: [Waiting], _ error: any Error, _ tenant: TenantID) async {
        guard batch.count > 1 else {
            for one in batch { one.answer.resume(throwing: error) }
            return
        }
        for one in batch {
            do {
                one.answer.resume(returning: try await store.deployments.hear([one.word], tenant: tenant)[0])
            } catch {
                one.answer.resume(throwing: error)
            }
        }
    }

    /// Of one agent one at a time: they come in an order.
    private func take(_ tenant: TenantID) -> [Waiting]? {
        guard let all = waiting.removeValue(forKey: tenant), !all.isEmpty else { return nil }
        var (batch, rest): ([Waiting], [Waiting]) = ([], [])
        var agents: Set<AgentID> = []
        for one in all {
            if batch.count < Self.together, agents.insert(one.word.signature.agent).inserted {
                batch.append(one)
            } else {
                rest.append(one)
            }
        }
        if !rest.isEmpty { waiting[tenant] = rest }
        return batch
    }
}
