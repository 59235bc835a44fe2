import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What Microsoft says of a tenant's devices, from the published `edr_…` tables.
    public var edr: EDRStore { EDRStore(database: app) }
}

/// Lists over the published `edr_…` tables.
public struct EDRStore: Sendable {
    let database: Database

    /// A part of a list; a cursor is the one that the page before ended with.
    public struct Slice: Sendable, Hashable {
        public var limit: Int
        public var cursor: String?

        public init(limit: Int = 100, cursor: String? = nil) {
            self.limit = limit
            self.cursor = cursor
        }
    }

    /// How a list is read: what it selects, from where, and its order, which ends with the id.
    struct Listing {
        let columns: String
        let source: String
        /// The highest first.
        let order: Order
        let id: String
    }

    /// An expression that is never null.
    enum Order {
        case number(String)
        case time(String)

        var expression: String {
            switch self {
            case .number(let expression), .time(let expression): expression
            }
        }

        /// As a cursor keeps it: a time in microseconds since 1970.
        var key: String {
            switch self {
            case .number(let expression): "(\(expression))::text"
            case .time(let expression): "(extract(epoch FROM \(expression)) * 1000000)::int8::text"
            }
        }

        /// What a kept key is compared as; the question mark is the key.
        var position: String {
            switch self {
            case .number: "?::float8"
            case .time: "'epoch'::timestamptz + ?::float8 * interval '1 microsecond'"
            }
        }
    }

    /// - Parameter item: from the row, whose columns begin at 2.
    func page<Item: Sendable>(
        _ listing: Listing, _ conditions: Conditions, _ slice: Slice, tenant: TenantID,
        item: (Row) throws -> Item
    ) async throws -> ListPage<Item> {
        var conditions = conditions
        let order = listing.order
        let count = Statement(
            "SELECT count(*) FROM \(listing.source) WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = slice.cursor {
            let position = try Cursor(cursor)
            guard let key = Double(position.value), key.isFinite, abs(key) < 1e16 else { throw StoreError.badCursor }
            conditions.add(
                "(\(order.expression), \(listing.id)) < (\(order.position), ?)", .float8(key), .uuid(position.id))
        }
        let limit = conditions.bind(.int(slice.limit + 1))
        let rows = Statement(
            """
            SELECT \(order.key), \(listing.id), \(listing.columns)
            FROM \(listing.source)
            WHERE \(conditions.sql)
            ORDER BY \(order.expression) DESC, \(listing.id) DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results = try await database.run([rows, count], tenant: tenant)
        let shown = Array(results[0].prefix(slice.limit))
        var next: String?
        if results[0].count > slice.limit, let last = shown.last {
            next = Cursor(value: try last.decode(0), id: try last.decode(1)).text
        }
        return ListPage(items: try shown.map(item), total: try results[1].int(0, 0), next: next)
    }
}
