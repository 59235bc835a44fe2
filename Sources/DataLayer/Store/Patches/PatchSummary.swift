import Domain
import FoundationEssentials
import Postgres

extension PatchStore {
    /// What `GET /api/patches/available` filters and orders by; nil filters nothing.
    public struct Query: Sendable, Hashable {
        /// Each served by an index of `tenant_patches`.
        public enum Sort: String, Sendable, CaseIterable {
            /// Those without a reboot first, by the risk that they remove; the others by the risk removed for each.
            case reboot = "-risk_per_reboot"
            case risk = "-risk_removed"
            case endpoints = "-endpoints"
            case released = "-released_date"
        }

        public var kind: PatchKind?
        public var severity: Severity?
        /// Part of the number or the title.
        public var search: String?
        public var needsReboot: Bool?
        public var sort: Sort
        public var limit: Int
        public var cursor: String?

        public init(
            kind: PatchKind? = nil, severity: Severity? = nil, search: String? = nil, needsReboot: Bool? = nil,
            sort: Sort = .reboot, limit: Int = 100, cursor: String? = nil
        ) {
            self.kind = kind
            self.severity = severity
            self.search = search
            self.needsReboot = needsReboot
            self.sort = sort
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// A patch as it concerns a tenant.
    public struct Summary: Sendable, Equatable {
        public let id: PatchID
        /// `KB5034441`, `DSA-5532-1`, or the upload: `debian/openssl/3.0.13-1~deb12u1`.
        public let number: String
        public let title: String
        public let kind: PatchKind
        public let severity: Severity?
        /// The day, `2024-01-09`.
        public let released: String?
        public let needsReboot: Bool
        public let sizeMB: Double?
        public let isSuperseded: Bool
        /// What it is for: `Debian 12`.
        public let products: [String]
        /// Endpoints on which it ends an open finding.
        public let endpoints: Int
        /// The different vulnerabilities of these findings.
        public let vulnerabilities: Int
        /// The risk of these findings, on all endpoints.
        public let riskRemoved: Double

        /// Nil where it needs none.
        public var riskPerReboot: Double? { needsReboot && endpoints > 0 ? riskRemoved / Double(endpoints) : nil }

        package init(
            id: PatchID, number: String, title: String, kind: PatchKind, severity: Severity? = nil,
            released: String? = nil, needsReboot: Bool = false, sizeMB: Double? = nil, isSuperseded: Bool = false,
            products: [String] = [], endpoints: Int = 0, vulnerabilities: Int = 0, riskRemoved: Double = 0
        ) {
            self.id = id
            self.number = number
            self.title = title
            self.kind = kind
            self.severity = severity
            self.released = released
            self.needsReboot = needsReboot
            self.sizeMB = sizeMB
            self.isSuperseded = isSuperseded
            self.products = products
            self.endpoints = endpoints
            self.vulnerabilities = vulnerabilities
            self.riskRemoved = riskRemoved
        }

        /// Of `patches AS p` and `tenant_patches AS t`.
        static let columns = """
            p.id, p.kb_number, p.title, p.kind, p.severity, p.released_date::text, p.reboot_required, \
            p.estimated_size_mb, p.is_superseded, p.products, coalesce(t.endpoints, 0), \
            coalesce(t.vulnerabilities, 0), coalesce(t.risk, 0), t.reboot_order::text, \
            coalesce(t.released_date, '-infinity')::text
            """

        init(_ row: Row) throws {
            id = try row.decode(0)
            number = try row.decode(1)
            title = try row.decode(2)
            kind = PatchKind(rawValue: try row.decode(3)) ?? .windowsUpdate
            severity = (try row.decode(4, as: String?.self)).flatMap(Severity.init(rawValue:))
            released = try row.decode(5)
            needsReboot = try row.decode(6)
            sizeMB = try row.decode(7)
            isSuperseded = try row.decode(8)
            products = try row.decode(9)
            endpoints = try row.decode(10)
            vulnerabilities = try row.decode(11)
            riskRemoved = Double(try row.decode(12, as: Int64.self)) / 10
        }
    }
}

extension PatchStore.Query.Sort {
    fileprivate var column: String {
        switch self {
        case .reboot: "t.reboot_order"
        case .risk: "t.risk"
        case .endpoints: "t.endpoints"
        case .released: "coalesce(t.released_date, '-infinity')"
        }
    }

    fileprivate var isDescending: Bool { self != .reboot }

    /// What a cursor keeps of a row.
    fileprivate func place(_ row: Row) throws -> String {
        switch self {
        case .reboot: try row.decode(13)
        case .risk: "\(try row.decode(12, as: Int64.self))"
        case .endpoints: "\(try row.decode(10, as: Int.self))"
        case .released: try row.decode(14)
        }
    }

    /// SQL of a cursor's value.
    fileprivate func value(_ text: String, _ conditions: inout Conditions) throws(StoreError) -> String {
        switch self {
        case .reboot:
            guard let number = Double(text), number.isFinite else { throw .badCursor }
            return "\(conditions.bind(.float8(number)))::float8"
        case .risk, .endpoints:
            guard let number = Int64(text) else { throw .badCursor }
            return "\(conditions.bind(.int8(number)))::bigint"
        case .released:
            guard text == "-infinity" || text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil else { throw .badCursor }
            return "\(conditions.bind(.text(text)))::text::date"
        }
    }
}

extension PatchStore {
    /// One page of the patches that end an open finding somewhere and that no other takes the place of.
    public func list(_ query: Query, tenant: TenantID) async throws -> ListPage<Summary> {
        let filters = Self.filters(query, tenant: tenant)
        let total = ListTotal(
            Statement("SELECT count(*)\n\(Self.from)\nWHERE \(filters.sql)", filters.parameters), cache: cache,
            tenant: tenant)
        let (rows, count) = try await total.run(try Self.page(query, tenant: tenant), database)
        let items = try rows.prefix(query.limit).map(Summary.init)
        let last = rows.count > items.count ? rows.prefix(query.limit).last : nil
        let next = try last.map { Cursor(value: try query.sort.place($0), id: try $0.decode(0)).text }
        return ListPage(items: items, total: count, next: next)
    }

    private static let from = """
        FROM tenant_patches AS t
        JOIN patches AS p ON p.id = t.patch_id
        """

    /// What is asked for one page, and one row more to know whether another follows.
    package static func page(_ query: Query, tenant: TenantID) throws(StoreError) -> Statement {
        var conditions = filters(query, tenant: tenant)
        let (column, order) = (query.sort.column, query.sort.isDescending ? " DESC" : "")
        if let cursor = query.cursor {
            let cursor = try Cursor(cursor)
            let value = try query.sort.value(cursor.value, &conditions)
            let (beyond, comparison) = query.sort.isDescending ? ("<=", "<") : (">=", ">")
            conditions.add(
                "\(column) \(beyond) \(value) AND (\(column) \(comparison) \(value) OR t.patch_id > ?)",
                .uuid(cursor.id))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        return Statement(
            """
            SELECT \(Summary.columns)
            \(from)
            WHERE \(conditions.sql)
            ORDER BY \(column)\(order), t.patch_id
            LIMIT \(limit)
            """, conditions.parameters)
    }

    private static func filters(_ query: Query, tenant: TenantID) -> Conditions {
        var conditions = Conditions(tenant: tenant, column: "t.tenant_id")
        // Each index of the list is on these alone.
        conditions.add("t.endpoints > 0")
        if let kind = query.kind { conditions.add("p.kind = ?", .text(kind.rawValue)) }
        if let severity = query.severity { conditions.add("p.severity = ?", .text(severity.rawValue)) }
        if let needsReboot = query.needsReboot { conditions.add("t.needs_reboot = ?", .bool(needsReboot)) }
        if let search = query.search {
            conditions.add("(p.kb_number ILIKE ? OR p.title ILIKE ?)", containing(search), containing(search))
        }
        return conditions
    }
}
