import Domain
import FoundationEssentials

/// A type that a result's column can be read as.
public protocol ColumnDecodable {
    /// `cell` is nil for NULL. Throws `.decoding` when the column holds something else.
    static func decode(_ cell: Cell?) throws(PostgresError) -> Self
}

extension Cell {
    static func require(_ cell: Cell?) throws(PostgresError) -> Cell {
        guard let cell else { throw PostgresError(.decoding, detail: "NULL where a value is required") }
        return cell
    }
}

extension Optional: ColumnDecodable where Wrapped: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Wrapped? {
        guard let cell else { return nil }
        return try Wrapped.decode(cell)
    }
}

extension Int64: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Int64 {
        let cell = try Cell.require(cell)
        guard let number = cell.integer else { throw cell.mismatch("integer") }
        return number
    }
}

extension Int: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Int { Int(try Int64.decode(cell)) }
}

extension Int32: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Int32 {
        let cell = try Cell.require(cell)
        guard let number = cell.integer.flatMap({ Int32(exactly: $0) }) else { throw cell.mismatch("int4") }
        return number
    }
}

extension Double: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Double {
        let cell = try Cell.require(cell)
        guard let number = cell.double else { throw cell.mismatch("number") }
        return number
    }
}

extension Bool: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Bool {
        let cell = try Cell.require(cell)
        guard cell.type == TypeOID.bool, let byte = cell.bytes.first else { throw cell.mismatch("boolean") }
        return byte != 0
    }
}

extension String: ColumnDecodable {
    /// Text, varchar, enum, json, jsonb, citext; a uuid in its lower-case form. Cast inet, macaddr
    /// and numbers to text in the statement.
    public static func decode(_ cell: Cell?) throws(PostgresError) -> String {
        let cell = try Cell.require(cell)
        if cell.type == TypeOID.uuid { return try UUID.decode(cell).uuidString.lowercased() }
        guard !TypeOID.nonTextual.contains(cell.type) else { throw cell.mismatch("text") }
        return String(decoding: cell.content, as: UTF8.self)
    }
}

extension UUID: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> UUID {
        let cell = try Cell.require(cell)
        guard cell.type == TypeOID.uuid, cell.bytes.count == 16 else { throw cell.mismatch("uuid") }
        return UUID(uuid: cell.bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension Identifier: ColumnDecodable {
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Identifier { Identifier(try UUID.decode(cell)) }
}

extension Date: ColumnDecodable {
    /// `timestamptz`, `timestamp` taken as UTC, and `date` as its midnight in UTC.
    public static func decode(_ cell: Cell?) throws(PostgresError) -> Date {
        let cell = try Cell.require(cell)
        switch cell.type {
        case TypeOID.timestamptz, TypeOID.timestamp:
            if let microseconds: Int64 = cell.number() { return PostgresEpoch.date(microseconds: microseconds) }
        case TypeOID.date:
            if let days: Int32 = cell.number() { return PostgresEpoch.date(days: days) }
        default: break
        }
        throw cell.mismatch("date")
    }
}

extension Array: ColumnDecodable where Element: ColumnDecodable {
    /// A one-dimensional array (`array_send`); use `[T?]` where elements may be NULL.
    public static func decode(_ cell: Cell?) throws(PostgresError) -> [Element] {
        let cell = try Cell.require(cell)
        guard let dimensions: Int32 = cell.number(), let type: UInt32 = cell.number(at: 8) else {
            throw cell.mismatch("array")
        }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count: Int32 = cell.number(at: 12), count >= 0, Int(count) <= cell.bytes.count else {
            throw cell.mismatch("one-dimensional array")
        }
        var items: [Element] = []
        items.reserveCapacity(Int(count))
        var offset = 20
        for _ in 0..<count {
            guard let length: Int32 = cell.number(at: offset),
                offset + 4 + Int(Swift.max(length, 0)) <= cell.bytes.count
            else { throw cell.mismatch("array") }
            offset += 4
            if length < 0 {
                items.append(try Element.decode(nil))
                continue
            }
            let element = UnsafeRawBufferPointer(rebasing: cell.bytes[offset..<offset + Int(length)])
            items.append(try Element.decode(Cell(bytes: element, type: type)))
            offset += Int(length)
        }
        return items
    }
}
