import Domain
import FoundationEssentials
import Postgres
import Risk

extension FindingStore {
    /// What `GET /api/findings` filters and orders by; nil filters nothing.
    public struct Query: Sendable, Hashable {
        public enum Sort: String, Sendable, CaseIterable {
            case risk = "-risk_score"
            /// The earliest deadline first; findings without one are left out.
            case due = "due_at"
        }

        /// What is shown of the findings that VEX statements hide.
        public enum Hidden: String, Sendable, CaseIterable {
            /// These alone.
            case hidden
            /// These, too.
            case all
        }

        /// Open and in progress where nil.
        public var status: FindingStatus?
        public var vex: Hidden?
        public var severity: Severity?
        public var isKnownExploited: Bool?
        public var ssvc: SSVC.Decision?
        public var deadline: DeadlineState?
        /// The whole name of a package or its source.
        public var package: String?
        public var hasFix: Bool?
        public var endpoint: EndpointID?
        public var tag: String?
        public var cve: String?
        public var sort: Sort
        public var limit: Int
        public var cursor: String?
        /// Deadlines are held against this moment, and are soon within so many days of it.
        public var now: Date
        public var warningDays: Int

        public init(
            status: FindingStatus? = nil, vex: Hidden? = nil, severity: Severity? = nil, isKnownExploited: Bool? = nil,
            ssvc: SSVC.Decision? = nil, deadline: DeadlineState? = nil, package: String? = nil, hasFix: Bool? = nil,
            endpoint: EndpointID? = nil, tag: String? = nil, cve: String? = nil, sort: Sort = .risk,
            limit: Int = 100, cursor: String? = nil, now: Date = Date(), warningDays: Int = 7
        ) {
            self.status = status
            self.vex = vex
            self.severity = severity
            self.isKnownExploited = isKnownExploited
            self.ssvc = ssvc
            self.deadline = deadline
            self.package = package
            self.hasFix = hasFix
            self.endpoint = endpoint
            self.tag = tag
            self.cve = cve
            self.sort = sort
            self.limit = limit
            self.cursor = cursor
            // To the minute, so that counts can be kept.
            self.now = Date(
                timeIntervalSinceReferenceDate: (now.timeIntervalSinceReferenceDate / 60).rounded(.down) * 60)
            self.warningDays = warningDays
        }
    }

    /// One page of the tenant's findings, a row an endpoint and vulnerability; pages follow each other by
    /// key, never by offset.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<FindingRow> {
        let total = ListTotal(Self.count(query, tenant: tenant), cache: cache, tenant: tenant)
        let (rows, count) = try await total.run(Self.page(query, tenant: tenant), database)
        let items = try rows.prefix(query.limit).map(FindingRow.init)
        return ListPage(
            items: items, total: count,
            next: rows.count > query.limit ? items.last.map { ListPosition($0, query.sort).text } : nil)
    }

    /// What is asked for one page, and one row more to know whether another follows.
    package static func page(_ query: Query, tenant: TenantID) throws(StoreError) -> Statement {
        var conditions = Conditions(tenant: tenant, column: "f.tenant_id")
        filterFindings(query, &conditions)
        filterEndpoints(query, &conditions)
        if let cursor = query.cursor { try start(after: cursor, query.sort, &conditions) }
        let limit = conditions.bind(.int(query.limit + 1))
        return Statement(
            """
            SELECT \(FindingRow.columns)
            FROM findings AS f
            JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            WHERE \(conditions.sql)
            ORDER BY \(query.sort == .risk ? "f.risk_order" : "f.due_at"), f.vulnerability_id, f.finding_set_id, e.id
            LIMIT \(limit)
            """, conditions.parameters)
    }

    /// Over distinct sets of findings, not over endpoints.
    private static func count(_ query: Query, tenant: TenantID) -> Statement {
        var conditions = Conditions(tenant: tenant, column: "f.tenant_id")
        filterFindings(query, &conditions)
        var endpoints = Conditions(tenant: tenant, column: "e.tenant_id", after: conditions.parameters)
        filterEndpoints(query, &endpoints)
        return Statement(
            """
            SELECT coalesce(sum(s.endpoints), 0)::bigint
            FROM findings AS f
            JOIN (
              SELECT e.finding_set_id, count(*) AS endpoints
              FROM endpoints AS e
              WHERE \(endpoints.sql)
              GROUP BY e.finding_set_id
            ) AS s ON s.finding_set_id = f.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            WHERE \(conditions.sql)
            """, endpoints.parameters)
    }

    static func filterEndpoints(_ query: Query, _ conditions: inout Conditions) {
        if let endpoint = query.endpoint { conditions.add("e.id = ?", .id(endpoint)) }
        if let tag = query.tag { conditions.add("? = ANY(e.tags)", .text(tag)) }
    }

    static func filterFindings(_ query: Query, _ conditions: inout Conditions) {
        switch (query.status, query.vex) {
        case (let status?, let vex):
            conditions.add("f.status = ?", .text(status.rawValue))
            if vex == .hidden { conditions.add("f.vex_id IS NOT NULL") }
        case (nil, .hidden): conditions.add("f.vex_id IS NOT NULL")
        case (nil, .all): conditions.add("(f.status IN ('open', 'in_progress') OR f.vex_id IS NOT NULL)")
        case (nil, nil): conditions.add("f.status IN ('open', 'in_progress')")
        }
        if let severity = query.severity { conditions.add("f.severity = ?", .text(severity.rawValue)) }
        if let isExploited = query.isKnownExploited { conditions.add("f.known_exploited = ?", .bool(isExploited)) }
        if let ssvc = query.ssvc { conditions.add("f.ssvc = ?", .text(ssvc.rawValue)) }
        if let package = query.package {
            conditions.add("(f.package = ? OR ? = ANY(f.packages))", .text(package), .text(package))
        }
        if let hasFix = query.hasFix { conditions.add(hasFix ? "f.fixed IS NOT NULL" : "f.fixed IS NULL") }
        if let cve = query.cve { conditions.add("v.cve_id = ?", .text(cve)) }
        if query.sort == .due { conditions.add("f.due_at IS NOT NULL") }
        let (now, soon) = (
            Value.timestamptz(query.now), query.now.addingTimeInterval(Double(query.warningDays) * 86_400)
        )
        switch query.deadline {
        case .overdue: conditions.add("f.due_at <= ?", now)
        case .dueSoon: conditions.add("f.due_at > ? AND f.due_at <= ?", now, .timestamptz(soon))
        case .onTime: conditions.add("f.due_at > ?", .timestamptz(soon))
        case .some(.none): conditions.add("f.due_at IS NULL")
        case nil: break
        }
    }

    /// One comparison of rows, which the index of the order serves; then the endpoints of one set.
    private static func start(
        after cursor: String, _ sort: Query.Sort, _ conditions: inout Conditions
    ) throws(StoreError) {
        let position = try ListPosition(cursor)
        let columns =
            sort == .risk
            ? "f.risk_order, f.vulnerability_id, f.finding_set_id" : "f.due_at, f.vulnerability_id, f.finding_set_id"
        let key: Value =
            sort == .risk
            ? .float8(position.key) : .timestamptz(Date(timeIntervalSince1970: position.key / 1e6))
        let place =
            "(\(conditions.bind(key))\(sort == .risk ? "::float8::real" : ""), "
            + "\(conditions.bind(.uuid(position.vulnerability))), \(conditions.bind(.uuid(position.set))))"
        conditions.add("(\(columns)) >= \(place)")
        conditions.add("((\(columns)) > \(place) OR e.id > ?)", .uuid(position.endpoint))
    }
}

extension FindingStore {
    /// Behind which row a page of the list begins.
    private struct ListPosition {
        /// The risk's opposite, or the deadline in microseconds since 1970.
        let key: Double
        let vulnerability: UUID
        let set: UUID
        let endpoint: UUID

        init(_ last: FindingRow, _ sort: Query.Sort) {
            key = sort == .risk ? -last.riskScore : ((last.dueAt?.timeIntervalSince1970 ?? 0) * 1e6).rounded()
            vulnerability = last.vulnerability
            set = last.set
            endpoint = last.endpoint.uuid
        }

        init(_ text: String) throws(StoreError) {
            let cursor = try Cursor(text)
            let parts = cursor.value.split(separator: " ")
            guard parts.count == 3, let key = Double(parts[0]), key.isFinite,
                let vulnerability = UUID(uuidString: String(parts[1])), let set = UUID(uuidString: String(parts[2]))
            else { throw .badCursor }
            self.key = key
            self.vulnerability = vulnerability
            self.set = set
            endpoint = cursor.id
        }

        var text: String { Cursor(value: "\(key) \(vulnerability.uuidString) \(set.uuidString)", id: endpoint).text }
    }
}
