import Domain
import Postgres

extension PatchStore {
    /// A patch that is listed no more, with what takes its place.
    public struct Superseded: Sendable {
        public let id: PatchID
        public let number: String
        public let title: String
        public let released: String?
        /// What says so itself of this one; none where it is known of its parts alone.
        public let by: [Relative]

        package init(id: PatchID, number: String, title: String, released: String? = nil, by: [Relative] = []) {
            self.id = id
            self.number = number
            self.title = title
            self.released = released
            self.by = by
        }
    }

    /// Superseded patches of the catalogue, the newest first: those that are searched for, and no page of all.
    ///
    /// - Returns: as many as are asked for, and how many there are.
    public func superseded(
        _ query: Query, limit: Int = 50, tenant: TenantID
    ) async throws -> (patches: [Superseded], total: Int) {
        var conditions = Conditions(tenant: tenant, column: "n.id")
        conditions.add("p.is_superseded")
        if let kind = query.kind { conditions.add("p.kind = ?", .text(kind.rawValue)) }
        if let severity = query.severity { conditions.add("p.severity = ?", .text(severity.rawValue)) }
        if let needsReboot = query.needsReboot { conditions.add("p.reboot_required = ?", .bool(needsReboot)) }
        if let search = query.search {
            conditions.add("(p.kb_number ILIKE ? OR p.title ILIKE ?)", containing(search), containing(search))
        }
        let most = conditions.bind(.int(limit))
        let rows = try await database.query(
            """
            WITH found AS (
              SELECT p.id, p.kb_number, p.title, p.released_date, count(*) OVER () AS total
              FROM tenants AS n
              CROSS JOIN patches AS p
              WHERE \(conditions.sql)
              ORDER BY p.released_date DESC NULLS LAST, p.id
              LIMIT \(most)
            )
            SELECT f.id, f.kb_number, f.title, f.released_date::text, f.total,
              array(
                SELECT s.kb_number FROM patch_supersedence AS s WHERE s.superseded = f.kb_number
                ORDER BY s.kb_number DESC LIMIT 5) AS numbers,
              array(
                SELECT coalesce(b.id, '00000000-0000-0000-0000-000000000000')
                FROM patch_supersedence AS s
                LEFT JOIN patches AS b ON b.kb_number = s.kb_number
                WHERE s.superseded = f.kb_number
                ORDER BY s.kb_number DESC LIMIT 5) AS ids
            FROM found AS f
            ORDER BY f.released_date DESC NULLS LAST, f.id
            """, conditions.parameters, tenant: tenant)
        let patches = try rows.map { row in
            let (numbers, ids) = (try row.decode(5, as: [String].self), try row.decode(6, as: [PatchID].self))
            return Superseded(
                id: try row.decode(0), number: try row.decode(1), title: try row.decode(2), released: try row.decode(3),
                by: zip(numbers, ids).map { number, id in
                    Relative(
                        id: id.description.hasPrefix("00000000-0000-0000-0000") ? nil : id, number: number, distance: 1)
                })
        }
        return (patches, try rows.first?.decode(4) ?? 0)
    }
}
