import Domain
import FoundationEssentials
import Postgres
import Risk

extension PolicyStore {
    /// What a change of policy would do to a tenant's findings: those that are open, and those of the
    /// last 90 days. Nothing is written; the same pure functions judge as when the change is made.
    /// - Parameter top: how much of the list by risk is shown.
    /// - Throws: `StoreError.invalid` naming the field, `.notFound`.
    public func preview(
        _ change: PolicyChange, tenant: TenantID, at now: Date = Date(), top: Int = 20
    ) async throws -> PolicyDiff {
        for part in [change.weights?.defect, change.deadlines?.defect] {
            if let defect = part { throw StoreError.invalid(field: defect.name, reason: defect.rule) }
        }
        return try await store.app.transaction(tenant: tenant, isolation: .repeatableRead) { connection in
            let current = try await TenantPolicy.load(connection, tenant: tenant, at: now)
            let changed = try await apply(change, to: current, connection, tenant: tenant, at: now)
            let pass = Reassessment(connection: connection, tenant: tenant, now: now, policy: changed)
            var comparison = Comparison(
                before: PolicyTally(at: now, warningDays: current.deadlines.warningDays),
                after: PolicyTally(at: now, warningDays: changed.deadlines.warningDays))
            try await pass.review(try await pass.sets(in: nil)) { group, old, merge in
                comparison.add(group, old, merge)
            }
            let names = try await names(of: comparison.vulnerabilities, connection)
            return comparison.diff(names, top: top)
        }
    }

    private func apply(
        _ change: PolicyChange, to policy: TenantPolicy, _ connection: Connection, tenant: TenantID, at now: Date
    ) async throws -> TenantPolicy {
        var policy = policy
        if let weights = change.weights { policy.weights = weights }
        if let deadlines = change.deadlines { policy.deadlines = deadlines }
        if let ending = change.ending {
            guard policy.exceptions.contains(where: { $0.id == ending.uuid }) else {
                throw StoreError.notFound(kind: "exception", id: ending.description)
            }
            policy.exceptions.removeAll { $0.id == ending.uuid }
        }
        if let request = change.granting {
            try request.check(policy.granting, at: now)
            let scope = try await store.exceptions.scope(of: request, connection, tenant: tenant)
            policy.exceptions.append(
                ActiveException(
                    id: UUID(), kind: request.kind, scope: scope, owner: request.owner ?? "", reason: request.reason,
                    expiresAt: request.expiresAt))
            policy.exceptions.sort { ($1.expiresAt, $0.id.uuidString) < ($0.expiresAt, $1.id.uuidString) }
        }
        return policy
    }

    private func names(of vulnerabilities: Set<UUID>, _ connection: Connection) async throws -> [UUID: String] {
        let rows = try await connection.query(
            "SELECT id, cve_id FROM vulnerabilities WHERE id = ANY($1)", [.uuidArray(Array(vulnerabilities))])
        var names: [UUID: String] = [:]
        for row in rows { names[try row.decode(0)] = try row.decode(1, as: String.self) }
        return names
    }

    /// Two policies side by side.
    private struct Comparison {
        var before: PolicyTally
        var after: PolicyTally
        private var findings = 0
        private var endpoints = 0
        private var touched = Set<UUID>()

        init(before: PolicyTally, after: PolicyTally) {
            self.before = before
            self.after = after
        }

        var vulnerabilities: Set<UUID> { Set(before.vulnerabilities.keys).union(after.vulnerabilities.keys) }

        mutating func add(_ group: ScanGroup, _ old: [UUID: StoredFinding], _ merge: FindingMerge) {
            let count = group.endpoints.count
            before.add(old.values, endpoints: count)
            after.add(merge.rows.values, endpoints: count)
            touched.formUnion(merge.changed)
            findings += merge.changed.count * count
            if !merge.changed.isEmpty { endpoints += count }
        }

        func diff(_ names: [UUID: String], top: Int) -> PolicyDiff {
            let (first, second) = (before.ranking(names), after.ranking(names))
            let places = [first, second].map { ranking in
                Dictionary(ranking.enumerated().map { ($0.element, $0.offset + 1) }) { place, _ in place }
            }
            let moves = touched.map { id -> PolicyDiff.Move in
                let (old, new) = (before.vulnerabilities[id] ?? .init(), after.vulnerabilities[id] ?? .init())
                return PolicyDiff.Move(
                    cve: names[id] ?? "", rankBefore: places[0][id], rankAfter: places[1][id], riskBefore: old.risk,
                    riskAfter: new.risk, openBefore: old.open, openAfter: new.open, overdueBefore: old.overdue,
                    overdueAfter: new.overdue)
            }
            .sorted { (abs($1.riskAfter - $1.riskBefore), $0.cve) < (abs($0.riskAfter - $0.riskBefore), $1.cve) }
            return PolicyDiff(
                before: before.figures, after: after.figures, findings: findings, endpoints: endpoints,
                moves: Array(moves.prefix(100)), movedVulnerabilities: moves.count,
                topBefore: first.prefix(top).map { names[$0] ?? "" },
                topAfter: second.prefix(top).map { names[$0] ?? "" })
        }
    }
}
