import FoundationEssentials

/// One row of a result: `for row in rows { let name: String = try row.decode("name") }`.
public struct Row: Sendable {
    public let rows: Rows
    public let index: Int

    /// By position: the fast way, for long results.
    public func decode<Item: ColumnDecodable>(
        _ column: Int, as: Item.Type = Item.self
    ) throws(PostgresError) -> Item {
        try rows.decode(index, column)
    }

    /// By name; throws `.decoding` when there is no such column.
    public func decode<Item: ColumnDecodable>(
        _ column: String, as: Item.Type = Item.self
    ) throws(PostgresError) -> Item {
        try rows.decode(index, try rows.column(column))
    }

    public func string(_ column: String) throws(PostgresError) -> String { try decode(column) }
    public func int(_ column: String) throws(PostgresError) -> Int { try decode(column) }
    public func double(_ column: String) throws(PostgresError) -> Double { try decode(column) }
    public func bool(_ column: String) throws(PostgresError) -> Bool { try decode(column) }
    public func uuid(_ column: String) throws(PostgresError) -> UUID { try decode(column) }
    public func date(_ column: String) throws(PostgresError) -> Date { try decode(column) }

    public func bytes(_ column: String) throws(PostgresError) -> [UInt8] {
        try rows.bytes(index, try rows.column(column))
    }

    public func isNull(_ column: String) throws(PostgresError) -> Bool {
        rows.isNull(index, try rows.column(column))
    }
}

extension Rows: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
    public subscript(position: Int) -> Row { Row(rows: self, index: position) }
}
