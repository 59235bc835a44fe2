import Domain
import FoundationEssentials
import Postgres

extension FindingStore {
    /// What changed in one act on an endpoint: a scan opens and closes many findings at once.
    public struct HistoryEntry: Sendable, Equatable {
        public let at: Date
        public let to: FindingStatus
        public let by: String
        public let reason: String
        /// How many findings.
        public let count: Int
        /// The first of them by their ids.
        public let findings: [String]

        package init(at: Date, to: FindingStatus, by: String, reason: String, count: Int, findings: [String]) {
            self.at = at
            self.to = to
            self.by = by
            self.reason = reason
            self.count = count
            self.findings = findings
        }
    }

    /// Findings that an entry names.
    private static let named = 12

    /// One change of one finding, with what makes it one entry with others.
    private static let changes = """
        SELECT (h ->> 'at')::float8 AS at, h ->> 'to' AS status, h ->> 'by' AS actor, h ->> 'reason' AS reason,
          md5(concat_ws(E'\\n', h ->> 'to', h ->> 'by', h ->> 'reason')) AS kind, v.cve_id
        \(source)
        CROSS JOIN LATERAL json_array_elements(f.history) AS h
        WHERE e.tenant_id = $1 AND e.id = $2
        """

    /// One page of what happened to an endpoint's findings, the latest first.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func history(
        of endpoint: EndpointID, limit: Int, cursor: String? = nil, tenant: TenantID
    ) async throws -> ListPage<HistoryEntry> {
        let ids: [Value] = [.id(tenant), .id(endpoint)]
        let total = ListTotal(
            Statement("SELECT count(DISTINCT (at, kind)) FROM (\(Self.changes)) AS c", ids), cache: cache,
            tenant: tenant)
        let start = try cursor.map(Self.position)
        let page = Statement(
            """
            SELECT at, status, actor, reason, kind, count(*), (array_agg(cve_id ORDER BY cve_id))[1:\(Self.named)]
            FROM (
              \(Self.changes)
            ) AS c
            WHERE $3::float8 IS NULL OR at < $3 OR (at = $3 AND kind > $4)
            GROUP BY at, status, actor, reason, kind
            ORDER BY at DESC, kind
            LIMIT $5
            """, ids + [.of(start?.at), .of(start?.kind), .int(limit + 1)])
        let (rows, count) = try await total.run(page, database)
        let items = try rows.prefix(limit).map(HistoryEntry.init)
        let last = rows.count > limit ? rows[limit - 1] : nil
        return ListPage(
            items: items, total: count,
            next: try last.map { row in
                let (at, kind): (Double, String) = (try row.decode(0), try row.decode(4))
                return Cursor(value: "\(at) \(kind)", id: endpoint.uuid).text
            })
    }

    private static func position(_ text: String) throws(StoreError) -> (at: Double, kind: String) {
        let parts = try Cursor(text).value.split(separator: " ")
        guard parts.count == 2, let at = Double(parts[0]), at.isFinite else { throw .badCursor }
        return (at, String(parts[1]))
    }
}

extension FindingStore.HistoryEntry {
    init(_ row: Row) throws {
        self.init(
            at: Date(timeIntervalSince1970: try row.decode(0, as: Double.self) / 1000),
            to: FindingStatus(rawValue: try row.decode(1)) ?? .open, by: try row.decode(2), reason: try row.decode(3),
            count: try row.decode(5), findings: try row.decode(6))
    }
}
