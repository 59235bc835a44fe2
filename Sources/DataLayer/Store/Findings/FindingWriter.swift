import Domain
import FoundationEssentials
import Postgres
import Risk

/// Writes one batch of scan groups inside a transaction.
struct FindingWriter {
    let connection: Connection
    let tenant: TenantID
    let now: Date
    private var touched: Set<UUID> = []

    init(connection: Connection, tenant: TenantID, now: Date) {
        self.connection = connection
        self.tenant = tenant
        self.now = now
    }

    mutating func write(
        _ groups: [ScanGroup], findings: [ScanGroup.Key: [StoredFinding]]
    ) async throws -> ScanStore.Outcome {
        // One scan of a tenant writes at a time: two would each merge into what the other has read.
        _ = try await connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('garrison.scan' || $1, 0))", [.text(tenant.description)])
        let sets = FindingSets(connection: connection, tenant: tenant)
        let stored = try await sets.load(Set(groups.compactMap(\.findingSet)))
        var outcome = ScanStore.Outcome()
        var updates = EndpointUpdates(now: now)
        for group in groups {
            let old = group.findingSet.flatMap { stored[$0] }
            let merge = FindingMerge(stored: old?.rows ?? [:], matched: findings[group.key] ?? [], at: now)
            var set = group.findingSet
            if old == nil || !merge.changed.isEmpty {
                set = try await sets.save(
                    merge, replacing: old, endpoints: group.endpoints.count, softwareSet: group.softwareSet, at: now)
                touched.formUnion(merge.changed)
                outcome.changed += group.endpoints.count
            }
            outcome.count(merge, endpoints: group.endpoints.count, at: now)
            updates.add(group, findingSet: set, merge: merge)
        }
        try await updates.write(connection, tenant: tenant)
        try await sets.recount()
        try await VulnerabilitySummary(connection: connection, tenant: tenant).refresh(touched, at: now)
        _ = try await connection.run([ChangeNotice.statement(tenant)])
        outcome.endpoints = groups.reduce(0) { $0 + $1.endpoints.count }
        return outcome
    }
}

extension ScanStore.Outcome {
    mutating func count(_ merge: FindingMerge, endpoints: Int, at now: Date) {
        for id in merge.changed {
            guard let row = merge.rows[id] else { continue }
            if row.remediatedAt == now { remediated += endpoints }
            if row.isOpen, row.detectedAt == now { opened += endpoints }
        }
    }
}
