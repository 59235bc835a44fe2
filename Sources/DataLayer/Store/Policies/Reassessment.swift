import Domain
import FoundationEssentials
import Postgres
import Risk

/// Judges stored findings by a tenant's policies, each distinct set of findings once.
struct Reassessment {
    let connection: Connection
    let tenant: TenantID
    let now: Date
    let policy: TenantPolicy

    /// Sets that are read and written together: some ten thousand findings.
    static let batch = 250

    /// The sets of findings that a scope can touch; nil for all.
    func sets(in scopes: [ExceptionScope]?) async throws -> [UUID] {
        guard let scopes else {
            return try await ids(
                """
                SELECT DISTINCT finding_set_id
                FROM endpoints
                WHERE tenant_id = $1 AND finding_set_id IS NOT NULL
                ORDER BY 1
                """, [])
        }
        var found = Set<UUID>()
        for scope in scopes {
            found.formUnion(
                try await ids(
                    """
                    SELECT DISTINCT finding_set_id
                    FROM findings
                    WHERE tenant_id = $1 AND ($2::uuid IS NULL OR vulnerability_id = $2)
                      AND ($3::text IS NULL OR package = $3 OR $3 = ANY(packages))
                    """, [.of(scope.vulnerability), .of(scope.package)]))
        }
        return found.sorted { $0.uuidString < $1.uuidString }
    }

    /// The sets of findings with any of these vulnerabilities.
    func sets(with vulnerabilities: [UUID]) async throws -> [UUID] {
        try await ids(
            """
            SELECT DISTINCT finding_set_id
            FROM findings
            WHERE tenant_id = $1 AND vulnerability_id = ANY($2)
            ORDER BY 1
            """, [.uuidArray(vulnerabilities)])
    }

    private func ids(_ sql: String, _ parameters: [Value]) async throws -> [UUID] {
        try await connection.query(sql, [.id(tenant)] + parameters).map { try $0.decode(0) }
    }

    /// Writes what the policy changes. Under `lock_endpoints`.
    /// - Returns: the endpoints whose findings changed.
    @discardableResult
    func write(_ ids: [UUID]) async throws -> Int {
        var writer = SetWriter(self)
        var changed = 0
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let part = Set(ids[start..<min(start + Self.batch, ids.count)])
            try await judge(part) { group, old, merge, sets in
                guard !merge.changed.isEmpty else { return }
                try await writer.note(group, old, merge, &sets)
                changed += group.endpoints.count
            } finish: { sets in
                try await writer.finish(&sets, part)
            }
        }
        return changed
    }

    /// Shows each group's findings as they are and as the policy makes them, and writes nothing.
    func review(_ ids: [UUID], _ body: (ScanGroup, [UUID: StoredFinding], FindingMerge) -> Void) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            try await judge(Set(ids[start..<min(start + Self.batch, ids.count)])) { group, old, merge, _ in
                body(group, old, merge)
            } finish: { _ in
            }
        }
    }

    private func judge(
        _ ids: Set<UUID>,
        each body: (ScanGroup, [UUID: StoredFinding], FindingMerge, inout FindingSets) async throws -> Void,
        finish: (inout FindingSets) async throws -> Void
    ) async throws {
        let groups = try await connection.run([
            ScanGroup.statement(tenant: tenant, sets: Array(ids), policy: policy)
        ])[0].map(ScanGroup.init)
        var sets = FindingSets(connection: connection, tenant: tenant)
        try await sets.load(ids)
        let assessments = try await assessments(of: Set(ids.flatMap { sets.rows(of: $0).map { Array($0.keys) } ?? [] }))
        for group in groups {
            guard let set = group.findingSet, let old = sets.rows(of: set) else { continue }
            let assessment = FindingAssessment(policy: policy, group: group, assessments: assessments, at: now)
            try await body(group, old, FindingMerge(stored: old, assess: assessment.assess), &sets)
        }
        try await finish(&sets)
    }

    private func assessments(of vulnerabilities: Set<UUID>) async throws -> [UUID: SSVCEvidence.Assessment] {
        let rows = try await connection.query(
            "SELECT v.id, \(SSVCEvidence.Assessment.columns) FROM vulnerabilities AS v WHERE v.id = ANY($1)",
            [.uuidArray(Array(vulnerabilities))])
        var assessments: [UUID: SSVCEvidence.Assessment] = [:]
        for row in rows { assessments[try row.decode(0)] = try SSVCEvidence.Assessment(row, from: 1) }
        return assessments
    }

    /// Collects a batch's changes and writes them together.
    private struct SetWriter {
        private let pass: Reassessment
        private var summary = VulnerabilitySummary()
        private var updates: EndpointUpdates

        init(_ pass: Reassessment) {
            self.pass = pass
            updates = EndpointUpdates(now: pass.now, isScan: false)
        }

        mutating func note(
            _ group: ScanGroup, _ old: [UUID: StoredFinding], _ merge: FindingMerge, _ sets: inout FindingSets
        ) async throws {
            let count = group.endpoints.count
            let set = try await sets.save(merge, replacing: group.findingSet, endpoints: count, at: pass.now)
            for id in merge.changed {
                if let row = merge.rows[id] { summary.add(row, replacing: old[id], endpoints: count) }
            }
            updates.add(group, findingSet: set, merge: merge)
        }

        mutating func finish(_ sets: inout FindingSets, _ before: Set<UUID>) async throws {
            try await sets.flush()
            try await updates.write(pass.connection, tenant: pass.tenant)
            try await PatchFigures(connection: pass.connection, tenant: pass.tenant).settle(before.union(sets.saved))
            try await sets.removeUnused(of: before)
            try await summary.write(pass.connection, tenant: pass.tenant, at: pass.now)
            summary = VulnerabilitySummary()
            updates = EndpointUpdates(now: pass.now, isScan: false)
        }
    }
}
