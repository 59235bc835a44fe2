import CPostgres
import FoundationEssentials
import Glibc

/// The result of one statement, in libpq's own memory: values are decoded when asked for, on the
/// task that asks.
///
/// `@unchecked Sendable`: the PGresult is complete when the object is made, this class only reads it
/// (libpq's manual, "Behavior in Threaded Programs": results are read-only after creation and may be
/// read by several threads at once), and it is freed once, in `deinit`, when no reference is left.
public final class Rows: @unchecked Sendable {
    private let result: OpaquePointer
    /// The number of rows returned.
    public let count: Int
    public let columnCount: Int

    /// Takes ownership of a PGresult.
    init(taking result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    /// The columns' names, in order.
    public var columns: [String] { (0..<columnCount).map(name) }

    /// Rows inserted, updated, deleted, merged, copied or returned.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The command tag: `INSERT 0 1`.
    public var commandTag: String { String(cString: PQcmdStatus(result)) }

    /// The position of a column. Throws `.decoding` for an unknown name.
    public func column(_ name: String) throws(PostgresError) -> Int {
        for index in 0..<columnCount {
            if let candidate = PQfname(result, Int32(index)), strcmp(candidate, name) == 0 { return index }
        }
        throw PostgresError(.decoding, detail: "no column \"\(name)\" among \(columns)")
    }

    public func isNull(_ row: Int, _ column: Int) -> Bool {
        check(row, column)
        return PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    /// Reads a value as the type the context asks for; an optional type admits NULL.
    public func decode<Item: ColumnDecodable>(
        _ row: Int, _ column: Int, as: Item.Type = Item.self
    ) throws(PostgresError) -> Item {
        do {
            return try Item.decode(cell(row, column))
        } catch {
            throw PostgresError(.decoding, detail: "column \"\(name(column))\", row \(row): \(error.detail)")
        }
    }

    /// The value's bytes without a copy, valid inside `body` only; nil for NULL. jsonb gives its text.
    public func withBytes<Answer>(
        _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Answer
    ) rethrows -> Answer {
        try withExtendedLifetime(self) { try body(cell(row, column)?.content) }
    }

    /// The same for text and other types that are on the wire as they are, for whoever reads thousands:
    /// valid as long as this object is.
    package func rawBytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        if isNull(row, column) { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, Int32(row), Int32(column)),
            count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }

    private func name(_ column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    private func cell(_ row: Int, _ column: Int) -> Cell? {
        rawBytes(row, column).map { Cell(bytes: $0, type: PQftype(result, Int32(column))) }
    }

    private func check(_ row: Int, _ column: Int) {
        precondition(row >= 0 && row < count, "row out of range")
        precondition(column >= 0 && column < columnCount, "column out of range")
    }
}

extension Rows {
    public func string(_ row: Int, _ column: Int) throws(PostgresError) -> String { try decode(row, column) }
    public func int(_ row: Int, _ column: Int) throws(PostgresError) -> Int { try decode(row, column) }
    public func double(_ row: Int, _ column: Int) throws(PostgresError) -> Double { try decode(row, column) }
    public func bool(_ row: Int, _ column: Int) throws(PostgresError) -> Bool { try decode(row, column) }
    public func uuid(_ row: Int, _ column: Int) throws(PostgresError) -> UUID { try decode(row, column) }
    public func date(_ row: Int, _ column: Int) throws(PostgresError) -> Date { try decode(row, column) }

    /// A copy of the bytes of bytea, text, json or jsonb. Throws `.decoding` for NULL.
    public func bytes(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
        guard let copy = withBytes(row, column, { $0.map([UInt8].init) }) else {
            throw PostgresError(.decoding, detail: "NULL where bytes are required")
        }
        return copy
    }
}
