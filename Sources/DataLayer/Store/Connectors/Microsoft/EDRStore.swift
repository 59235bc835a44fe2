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
        /// An expression that is never null; the highest first.
        let order: String
        /// Its type: `timestamptz`, `float8`.
        let type: String
        let id: String
    }

    /// - Parameter item: from the row, whose columns begin at 2.
    func page<Item: Sendable>(
        _ listing: Listing, _ conditions: Conditions, _ slice: Slice, tenant: TenantID,
        item: (Row) throws -> Item
    ) async throws -> ListPage<Item> {
        var conditions = conditions
        let count = Statement(
            "SELECT count(*) FROM \(listing.source) WHERE \(conditions.sql)", conditions.parameters)
        if let cursor = slice.cursor {
            let position = try Cursor(cursor)
            guard listing.type != "float8" || Double(position.value)?.isFinite == true else {
                throw StoreError.badCursor
            }
            conditions.add(
                "(\(listing.order), \(listing.id)) < (?::text::\(listing.type), ?)", .text(position.value),
                .uuid(position.id))
        }
        let limit = conditions.bind(.int(slice.limit + 1))
        let rows = Statement(
            """
            SELECT (\(listing.order))::text, \(listing.id), \(listing.columns)
            FROM \(listing.source)
            WHERE \(conditions.sql)
            ORDER BY \(listing.order) DESC, \(listing.id) DESC
            LIMIT \(limit)
            """, conditions.parameters)
        let results: [Rows]
        do {
            results = try await database.run([rows, count], tenant: tenant)
        } catch let error as PostgresError {
            // A cursor whose time is none.
            if ["22007", "22008"].contains(error.sqlState) { throw StoreError.badCursor }
            throw error
        }
        let shown = Array(results[0].prefix(slice.limit))
        let next: String? =
            if results[0].count > slice.limit, let last = shown.last {
                Cursor(value: try last.decode(0), id: try last.decode(1)).text
            } else { nil }
        return ListPage(items: try shown.map(item), total: try results[1].int(0, 0), next: next)
    }
}
