import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Endpoints: lists, one whole, what stands open on it.
    public var endpoints: EndpointStore { EndpointStore(database: app, cache: cache) }
}

/// Reads endpoints of a tenant.
public struct EndpointStore: Sendable {
    let database: Database
    let cache: TenantCache

    /// What `GET /api/endpoints` filters and orders by; nil filters nothing.
    public struct Query: Sendable, Hashable {
        public enum Sort: String, Sendable, CaseIterable {
            case risk = "-risk_score"
            case hostname
            case lastSeen = "-last_seen"
            /// By when they were first known; the one order that no change of an endpoint upsets.
            case id
        }

        public var status: EndpointStatus?
        public var osType: String?
        /// The whole hostname.
        public var hostname: String?
        public var worstSeverity: Severity?
        /// Part of the hostname, the FQDN or the address.
        public var search: String?
        public var sort: Sort
        public var limit: Int
        public var cursor: String?

        public init(
            status: EndpointStatus? = nil, osType: String? = nil, hostname: String? = nil,
            worstSeverity: Severity? = nil, search: String? = nil, sort: Sort = .risk, limit: Int = 100,
            cursor: String? = nil
        ) {
            self.status = status
            self.osType = osType
            self.hostname = hostname
            self.worstSeverity = worstSeverity
            self.search = search
            self.sort = sort
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// A row of the list.
    public struct Summary: Sendable, Equatable {
        public let id: EndpointID
        public let hostname: String
        public let osType: String
        public let osName: String
        public let osVersion: String
        public let ipAddress: String?
        public let status: EndpointStatus
        /// 0…100.
        public let riskScore: Double
        public let openFindings: Int
        public let worstSeverity: Severity?
        public let lastSeen: Date?
        /// Nil until the first scan: the status then says nothing yet.
        public let scannedAt: Date?

        package init(
            id: EndpointID, hostname: String, osType: String, osName: String, osVersion: String,
            ipAddress: String? = nil, status: EndpointStatus, riskScore: Double, openFindings: Int,
            worstSeverity: Severity? = nil, lastSeen: Date? = nil, scannedAt: Date? = nil
        ) {
            self.id = id
            self.hostname = hostname
            self.osType = osType
            self.osName = osName
            self.osVersion = osVersion
            self.ipAddress = ipAddress
            self.status = status
            self.riskScore = riskScore
            self.openFindings = openFindings
            self.worstSeverity = worstSeverity
            self.lastSeen = lastSeen
            self.scannedAt = scannedAt
        }

        static let columns = """
            id, hostname, os_type, coalesce(os_name, ''), coalesce(os_version, ''), host(ip_address), status, \
            risk_score, open_findings, worst_severity, last_seen, scanned_at
            """

        init(_ row: Row) throws {
            id = try row.decode(0)
            hostname = try row.decode(1)
            osType = try row.decode(2)
            osName = try row.decode(3)
            osVersion = try row.decode(4)
            ipAddress = try row.decode(5)
            status = EndpointStatus(rawValue: try row.decode(6)) ?? .healthy
            riskScore = try row.decode(7)
            openFindings = try row.decode(8)
            worstSeverity = (try row.decode(9, as: String?.self)).flatMap(Severity.init(rawValue:))
            lastSeen = try row.decode(10)
            scannedAt = try row.decode(11)
        }
    }

    /// One page in the order of an index; pages follow each other by key, never by offset.
    /// - Throws: `PostgresError`, `StoreError.badCursor`.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<Summary> {
        try await slice(query, tenant: tenant, Summary.init)
    }

    /// The same page as the database sent it.
    public func rows(_ query: Query, tenant: TenantID) async throws -> ListPage<EndpointRow> {
        try await slice(query, tenant: tenant, EndpointRow.init)
    }

    private func slice<Item>(
        _ query: Query, tenant: TenantID, _ make: (Row) throws -> Item
    ) async throws -> ListPage<Item> {
        let filters = Self.filters(query, tenant: tenant)
        let total = ListTotal(
            Statement("SELECT count(*) FROM endpoints WHERE \(filters.sql)", filters.parameters), cache: cache,
            tenant: tenant)
        let (rows, count) = try await total.run(Self.page(query, tenant: tenant), database)
        let page = rows.prefix(query.limit)
        let last = rows.count > page.count ? page.last : nil
        return ListPage(
            items: try page.map(make), total: count,
            next: try last.map { Self.cursor(try Summary($0), query.sort).text })
    }

    /// What is asked for one page, and one row more to know whether another follows.
    package static func page(_ query: Query, tenant: TenantID) throws(StoreError) -> Statement {
        var conditions = filters(query, tenant: tenant)
        if let cursor = query.cursor { try start(after: Cursor(cursor), query.sort, &conditions) }
        let limit = conditions.bind(.int(query.limit + 1))
        return Statement(
            """
            SELECT \(Summary.columns)
            FROM endpoints
            WHERE \(conditions.sql)
            ORDER BY \(order(query.sort))
            LIMIT \(limit)
            """, conditions.parameters)
    }

    private static func filters(_ query: Query, tenant: TenantID) -> Conditions {
        var conditions = Conditions(tenant: tenant)
        if let status = query.status { conditions.add("status = ?", .text(status.rawValue)) }
        if let osType = query.osType { conditions.add("os_type = ?", .text(osType)) }
        if let hostname = query.hostname { conditions.add("hostname = ?", .text(hostname)) }
        if let severity = query.worstSeverity { conditions.add("worst_severity = ?", .text(severity.rawValue)) }
        if let search = query.search {
            let pattern = containing(search)
            conditions.add("(hostname ILIKE ? OR fqdn ILIKE ? OR host(ip_address) LIKE ?)", pattern, pattern, pattern)
        }
        return conditions
    }

    private static func order(_ sort: Query.Sort) -> String {
        switch sort {
        case .risk: "risk_score DESC, id"
        case .hostname: "hostname"
        case .lastSeen: "last_seen DESC, id"
        case .id: "id"
        }
    }

    private static func cursor(_ last: Summary, _ sort: Query.Sort) -> Cursor {
        let value =
            switch sort {
            case .risk: "\(last.riskScore)"
            case .hostname: last.hostname
            case .lastSeen: "\(last.lastSeen?.timeIntervalSinceReferenceDate ?? 0)"
            case .id: ""
            }
        return Cursor(value: value, id: last.id.uuid)
    }

    /// The row after the cursor's. Descending columns cannot stand in a row comparison with an
    /// ascending id, so the condition is spelled out; the index still serves its first half.
    private static func start(
        after cursor: Cursor, _ sort: Query.Sort, _ conditions: inout Conditions
    ) throws(StoreError) {
        let id = Value.uuid(cursor.id)
        switch sort {
        case .hostname:
            // Unique in the tenant.
            conditions.add("hostname > ?", .text(cursor.value))
        case .risk:
            guard let score = Double(cursor.value), score.isFinite else { throw .badCursor }
            conditions.add("risk_score <= ? AND (risk_score < ? OR id > ?)", .float8(score), .float8(score), id)
        case .lastSeen:
            guard let seconds = Double(cursor.value), seconds.isFinite else { throw .badCursor }
            let time = Value.timestamptz(Date(timeIntervalSinceReferenceDate: seconds))
            conditions.add("last_seen <= ? AND (last_seen < ? OR id > ?)", time, time, id)
        case .id: conditions.add("id > ?", id)
        }
    }
}
