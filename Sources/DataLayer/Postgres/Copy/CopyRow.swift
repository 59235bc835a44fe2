import FoundationEssentials

/// The fields of one row in COPY's binary format (PostgreSQL documentation, COPY, "Binary Format").
/// The types must be the columns' own: binary COPY converts nothing.
public struct CopyRow: ~Copyable {
    var bytes: [UInt8] = []
    private(set) var isBinary = false
    private var fields: Int16 = 0

    init() { bytes.reserveCapacity(CopyChunk.capacity) }

    /// Signature, flags, length of the header's extension.
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

    mutating func row(_ encode: (inout CopyRow) throws(PostgresError) -> Void) throws(PostgresError) {
        if !isBinary {
            isBinary = true
            bytes.append(contentsOf: Self.header)
        }
        let start = bytes.count
        fields = 0
        bytes.appendBigEndian(Int16(0))
        do {
            try encode(&self)
        } catch {
            bytes.removeLast(bytes.count - start)
            throw error
        }
        bytes[start] = UInt8(truncatingIfNeeded: fields >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: fields)
    }

    mutating func appendTrailer() { bytes.appendBigEndian(Int16(-1)) }

    mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(CopyChunk.capacity)
        swap(&taken, &bytes)
        return taken
    }

    public mutating func appendNull() {
        fields += 1
        bytes.appendBigEndian(Int32(-1))
    }

    /// A text, varchar, enum or json column. Throws `.invalidParameter` for a NUL byte.
    public mutating func append(_ text: String) throws(PostgresError) {
        fields += 1
        let start = bytes.count
        bytes.appendField { $0.append(contentsOf: text.utf8) }
        if bytes[(start + 4)...].contains(0) {
            throw PostgresError(.invalidParameter, detail: "a text field holds a NUL byte")
        }
    }

    public mutating func append(_ number: Int16) { appendFixed(number) }
    public mutating func append(_ number: Int32) { appendFixed(number) }
    public mutating func append(_ number: Int64) { appendFixed(number) }
    public mutating func append(_ number: Double) { appendFixed(number.bitPattern) }

    public mutating func append(_ flag: Bool) { appendFixed(UInt8(flag ? 1 : 0)) }

    public mutating func append(_ uuid: UUID) {
        fields += 1
        bytes.appendBigEndian(Int32(16))
        bytes.append(uuid)
    }

    /// A timestamptz column.
    public mutating func append(_ date: Date) { appendFixed(PostgresEpoch.microseconds(of: date)) }

    /// A bytea column, or a json or text column whose content is checked already.
    public mutating func append(bytes content: some Collection<UInt8>) {
        fields += 1
        bytes.appendBigEndian(Int32(content.count))
        bytes.append(contentsOf: content)
    }

    /// A jsonb column, from UTF-8 JSON text.
    public mutating func append(json content: some Collection<UInt8>) {
        fields += 1
        bytes.appendBigEndian(Int32(content.count + 1))
        bytes.append(1)
        bytes.append(contentsOf: content)
    }

    /// Any value; `.text` fits text columns only here.
    public mutating func append(_ value: Value) throws(PostgresError) {
        switch value {
        case .null: appendNull()
        case .text(let text): try append(text)
        default:
            fields += 1
            bytes.appendField { value.encode(into: &$0) }
        }
    }

    private mutating func appendFixed(_ number: some FixedWidthInteger) {
        fields += 1
        bytes.appendBigEndian(Int32(number.bitWidth / 8))
        bytes.appendBigEndian(number)
    }
}
