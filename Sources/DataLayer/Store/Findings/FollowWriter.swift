import Domain
import FoundationEssentials
import Postgres

/// Writes what a plan's vulnerabilities come to on a tenant's endpoints, and nothing of others: first the findings,
/// which are few and visible at once; what they make of the endpoints follows (`EndpointSettlement`).
struct FollowWriter {
    let tenant: TenantID
    let plan: FollowPlan
    /// The plan's vulnerabilities as the catalogue numbers them.
    let scope: Set<UUID>
    let software: TouchedSoftware
    /// The sets of software that were there before the touched ones were looked for. Who has another has a new
    /// inventory, and will be scanned for it, with intelligence that is no older.
    let known: Set<UUID>
    let now: Date

    /// Sets of findings that are written by one transaction.
    private static let slice = 2_000

    private var done = Set<FollowedPlace>()
    private(set) var outcome = ScanStore.Outcome()

    init(
        tenant: TenantID, plan: FollowPlan, scope: Set<UUID>, software: TouchedSoftware, known: Set<UUID>, now: Date
    ) {
        self.tenant = tenant
        self.plan = plan
        self.scope = scope
        self.software = software
        self.known = known
        self.now = now
    }

    enum Step {
        /// More of it is to be written.
        case going
        /// What the scanner has not been asked yet.
        case unknown(Set<ScanGroup.Key>)
        case finished
    }

    /// What the scanner is to be asked, as it is outside the lock.
    func keys(_ connection: Connection) async throws -> Set<ScanGroup.Key> {
        Set(try await candidates(connection, TenantPolicy()).map(\.key))
    }

    private func candidates(_ connection: Connection, _ policy: TenantPolicy) async throws -> [ScanGroup] {
        let results = try await connection.run([
            Statement(
                """
                SELECT DISTINCT finding_set_id
                FROM findings
                WHERE tenant_id = $1 AND vulnerability_id = ANY($2)
                """, [.id(tenant), .uuidArray(Array(scope))]),
            ScanGroup.statement(tenant: tenant, policy: policy, isCounted: true),
        ])
        let holders = Set(try results[0].map { try $0.decode(0, as: UUID.self) })
        return try results[1].map(ScanGroup.init).filter { group in
            // One that has not been scanned yet will be, with intelligence that is no older.
            guard let set = group.findingSet, known.contains(group.softwareSet) else { return false }
            return holders.contains(set) || plan.isMatched && software.sets[group.softwareSet] != nil
        }
    }

    /// Writes a slice. To be called until it is finished; what was written stays right if it is not.
    mutating func write(_ connection: Connection, _ answer: SetMatcher.Answer) async throws -> Step {
        _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
        let fence = RevisionFence(connection: connection, tenant: tenant)
        try await fence.enter(plan.revision)
        let policy = try await TenantPolicy.load(
            connection, tenant: tenant, at: now, vulnerabilities: Array(scope))
        let waiting = try await candidates(connection, policy)
            .filter { group in group.place.map { !done.contains($0) } ?? false }
        let unknown = Set(waiting.map(\.key)).filter { answer.rows[$0] == nil }
        if !unknown.isEmpty { return .unknown(unknown) }
        let slice = Self.slice(of: waiting)
        if !slice.isEmpty { try await write(slice, answer, policy, connection) }
        if slice.count < waiting.count { return .going }
        try await fence.reached(plan.revision)
        return .finished
    }

    /// All groups of a set together, so that it is changed in place where it can be.
    private static func slice(of groups: [ScanGroup]) -> [ScanGroup] {
        var sets = Set<UUID?>()
        return groups.filter { group in
            if sets.contains(group.findingSet) { return true }
            guard sets.count < slice else { return false }
            sets.insert(group.findingSet)
            return true
        }
    }

    private mutating func write(
        _ groups: [ScanGroup], _ answer: SetMatcher.Answer, _ policy: TenantPolicy, _ connection: Connection
    ) async throws {
        var sets = FindingSets(connection: connection, tenant: tenant, scope: scope)
        var summary = VulnerabilitySummary()
        var inPlace: [UUID] = []
        var copies: [(group: ScanGroup, set: UUID)] = []
        try await sets.load(Set(groups.compactMap(\.findingSet)))
        for group in groups {
            guard let set = group.findingSet, let place = group.place else { continue }
            done.insert(place)
            outcome.endpoints += group.count
            let old = sets.rows(of: set) ?? [:]
            let assessment = FindingAssessment(
                policy: policy, group: group, assessments: answer.assessments, at: now)
            let merge = FindingMerge(
                stored: old, matched: answer.rows[group.key] ?? [], at: now, assess: assessment.assess)
            if merge.changed.isEmpty { continue }
            let saved = try await sets.save(merge, replacing: set, endpoints: group.count, at: now)
            if saved == set { inPlace.append(set) } else { copies.append((group, saved)) }
            done.insert(FollowedPlace(set: saved, key: group.key))
            note(merge, old, group.count, &summary)
        }
        try await sets.flush()
        try await give(copies, policy, connection)
        _ = try await connection.query(
            "UPDATE finding_sets SET is_pending = true WHERE tenant_id = $1 AND id = ANY($2) AND NOT is_pending",
            [.id(tenant), .uuidArray(inPlace + copies.compactMap(\.group.findingSet))])
        try await sets.removeUnused(of: Set(copies.compactMap(\.group.findingSet)))
        try await summary.write(connection, tenant: tenant, at: now)
        _ = try await connection.run([ChangeNotice.statement(tenant)])
    }

    private mutating func note(
        _ merge: FindingMerge, _ old: [UUID: StoredFinding], _ count: Int, _ summary: inout VulnerabilitySummary
    ) {
        outcome.changed += count
        for id in merge.changed {
            guard let row = merge.rows[id] else { continue }
            summary.add(row, replacing: old[id], endpoints: count)
            if row.remediatedAt == now { outcome.remediated += count }
            if row.isOpen, row.detectedAt == now, old[id]?.detectedAt != now { outcome.opened += count }
        }
    }

    /// Points the endpoints of groups that got a set of their own to it.
    private func give(
        _ copies: [(group: ScanGroup, set: UUID)], _ policy: TenantPolicy, _ connection: Connection
    ) async throws {
        if copies.isEmpty { return }
        let originals = Array(Set(copies.compactMap(\.group.findingSet)))
        let listed = try await connection.run([
            ScanGroup.statement(tenant: tenant, sets: originals, policy: policy)
        ])[0].map(ScanGroup.init)
        let members = Dictionary(listed.map { ($0.identity, $0.endpoints) }) { first, _ in first }
        var (endpoints, sets): ([UUID], [UUID]) = ([], [])
        for copy in copies {
            let own = members[copy.group.identity] ?? []
            endpoints += own
            sets += [UUID](repeating: copy.set, count: own.count)
        }
        _ = try await connection.query(
            """
            UPDATE endpoints AS e
            SET finding_set_id = u.finding_set_id
            FROM unnest($2::uuid[], $3::uuid[]) AS u (id, finding_set_id)
            WHERE e.tenant_id = $1 AND e.id = u.id
            """, [.id(tenant), .uuidArray(endpoints), .uuidArray(sets)])
    }
}

/// Where the findings of a set have been written.
private struct FollowedPlace: Hashable {
    let set: UUID
    let key: ScanGroup.Key
}

extension ScanGroup {
    fileprivate var place: FollowedPlace? { findingSet.map { FollowedPlace(set: $0, key: key) } }

    /// What tells groups apart.
    fileprivate struct Identity: Hashable {
        let key: Key
        let findingSet: UUID?
        let tags: [String]
        let named: UUID?
    }

    fileprivate var identity: Identity { Identity(key: key, findingSet: findingSet, tags: tags, named: named) }
}
