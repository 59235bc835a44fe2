import Domain
import FoundationEssentials
import Postgres
import Risk

/// Writes one batch of scan groups inside a transaction.
struct FindingWriter {
    let connection: Connection
    let tenant: TenantID
    let now: Date
    /// Of the intelligence that the findings are of; nil where that is not known.
    let revision: Int64?
    private var sets: FindingSets
    private var summary = VulnerabilitySummary()
    private var updates: EndpointUpdates
    private var outcome = ScanStore.Outcome()

    /// What a batch came to.
    struct Written {
        let outcome: ScanStore.Outcome
        /// Endpoints that got another inventory or other circumstances since they were matched, and
        /// are left as they were.
        let overtaken: [UUID]
    }

    init(connection: Connection, tenant: TenantID, revision: Int64?, now: Date) {
        self.connection = connection
        self.tenant = tenant
        self.revision = revision
        self.now = now
        sets = FindingSets(connection: connection, tenant: tenant)
        updates = EndpointUpdates(now: now)
    }

    mutating func write(
        _ batch: [ScanGroup], findings: SetMatcher.Answer
    ) async throws -> Written {
        _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
        if let revision { try await RevisionFence(connection: connection, tenant: tenant).enter(revision) }
        let found = Set(findings.rows.values.joined().map(\.vulnerability))
        let policy = try await TenantPolicy.load(connection, tenant: tenant, at: now, vulnerabilities: Array(found))
        let groups = try await currentGroups(of: batch, policy)
        let matched = groups.filter { findings.rows[$0.key] != nil }
        let before = Set(matched.compactMap(\.findingSet))
        try await sets.load(before)
        for group in matched {
            let assessment = FindingAssessment(policy: policy, group: group, assessments: findings.assessments, at: now)
            try await write(group, findings: findings.rows[group.key] ?? [], assessment)
        }
        try await sets.flush()
        try await updates.write(connection, tenant: tenant)
        try await PatchFigures(connection: connection, tenant: tenant).settle(before.union(sets.saved))
        try await sets.removeUnused(of: before)
        try await summary.write(connection, tenant: tenant, at: now)
        _ = try await connection.run([ChangeNotice.statement(tenant)])
        return Written(
            outcome: outcome, overtaken: groups.filter { findings.rows[$0.key] == nil }.flatMap(\.endpoints))
    }

    /// The batch's endpoints as they are now that nobody else can change them.
    private func currentGroups(of batch: [ScanGroup], _ policy: TenantPolicy) async throws -> [ScanGroup] {
        try await connection.run([
            ScanGroup.statement(
                tenant: tenant, scope: batch.flatMap(\.endpoints), policy: policy)
        ])[0].map(ScanGroup.init)
    }

    private mutating func write(
        _ group: ScanGroup, findings: [StoredFinding], _ assessment: FindingAssessment
    ) async throws {
        let count = group.count
        let old = group.findingSet.flatMap { sets.rows(of: $0) }
        let merge = FindingMerge(stored: old ?? [:], matched: findings, at: now, assess: assessment.assess)
        var set = group.findingSet
        if old == nil || !merge.changed.isEmpty {
            set = try await sets.save(merge, replacing: group.findingSet, endpoints: count, at: now)
            outcome.changed += count
        }
        for id in merge.changed {
            guard let row = merge.rows[id] else { continue }
            summary.add(row, replacing: old?[id], endpoints: count)
            if row.remediatedAt == now { outcome.remediated += count }
            if row.isOpen, row.detectedAt == now, old?[id]?.detectedAt != now { outcome.opened += count }
        }
        updates.add(group, findingSet: set, merge: merge)
        outcome.endpoints += count
    }
}
