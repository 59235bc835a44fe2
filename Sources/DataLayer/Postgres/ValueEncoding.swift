extension Value {
    /// The type a parameter is declared with. Text and null leave it to the server.
    var oid: UInt32 {
        switch self {
        case .null, .text: TypeOID.unspecified
        case .int2: TypeOID.int2
        case .int4: TypeOID.int4
        case .int8: TypeOID.int8
        case .float8: TypeOID.float8
        case .bool: TypeOID.bool
        case .uuid: TypeOID.uuid
        case .bytes: TypeOID.bytea
        case .timestamptz: TypeOID.timestamptz
        case .date: TypeOID.date
        case .json: TypeOID.jsonb
        case .textArray: TypeOID.textArray
        case .uuidArray: TypeOID.uuidArray
        case .int4Array: TypeOID.int4Array
        case .int8Array: TypeOID.int8Array
        case .float8Array: TypeOID.float8Array
        case .boolArray: TypeOID.boolArray
        case .dateArray: TypeOID.dateArray
        case .timestamptzArray: TypeOID.timestamptzArray
        }
    }

    /// Appends the value's own bytes, nothing for null; text without a terminator.
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .null: break
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .int2(let number): bytes.appendBigEndian(number)
        case .int4(let number): bytes.appendBigEndian(number)
        case .int8(let number): bytes.appendBigEndian(number)
        case .float8(let number): bytes.appendBigEndian(number.bitPattern)
        case .bool(let flag): bytes.append(flag ? 1 : 0)
        case .uuid(let uuid): bytes.append(uuid)
        case .bytes(let content): bytes.append(contentsOf: content)
        case .timestamptz(let date): bytes.appendBigEndian(PostgresEpoch.microseconds(of: date))
        case .date(let date): bytes.appendBigEndian(PostgresEpoch.days(of: date))
        case .json(let content):
            bytes.append(1)
            bytes.append(contentsOf: content)
        default: encodeArray(into: &bytes)
        }
    }

    private func encodeArray(into bytes: inout [UInt8]) {
        switch self {
        case .textArray(let items): bytes.appendArray(items, of: TypeOID.text) { $0.append(contentsOf: $1.utf8) }
        case .uuidArray(let items): bytes.appendArray(items, of: TypeOID.uuid) { $0.append($1) }
        case .int4Array(let items): bytes.appendArray(items, of: TypeOID.int4) { $0.appendBigEndian($1) }
        case .int8Array(let items): bytes.appendArray(items, of: TypeOID.int8) { $0.appendBigEndian($1) }
        case .float8Array(let items):
            bytes.appendArray(items, of: TypeOID.float8) { $0.appendBigEndian($1.bitPattern) }
        case .boolArray(let items): bytes.appendArray(items, of: TypeOID.bool) { $0.append($1 ? 1 : 0) }
        case .dateArray(let items):
            bytes.appendArray(items, of: TypeOID.date) { $0.appendBigEndian(PostgresEpoch.days(of: $1)) }
        case .timestamptzArray(let items):
            bytes.appendArray(items, of: TypeOID.timestamptz) {
                $0.appendBigEndian(PostgresEpoch.microseconds(of: $1))
            }
        default: break
        }
    }
}

extension [UInt8] {
    /// `array_send`: dimensions, has-nulls flag, element type, (length, lower bound), elements.
    mutating func appendArray<Item>(
        _ items: [Item?], of type: UInt32, encode: (inout [UInt8], Item) -> Void
    ) {
        appendBigEndian(Int32(items.isEmpty ? 0 : 1))
        appendBigEndian(Int32(items.contains { $0 == nil } ? 1 : 0))
        appendBigEndian(type)
        if items.isEmpty { return }
        appendBigEndian(Int32(items.count))
        appendBigEndian(Int32(1))
        for item in items {
            guard let item else {
                appendBigEndian(Int32(-1))
                continue
            }
            appendField { encode(&$0, item) }
        }
    }

    /// A length word and what `body` appends.
    mutating func appendField(_ body: (inout [UInt8]) -> Void) {
        let start = count
        appendBigEndian(Int32(0))
        body(&self)
        let length = UInt32(truncatingIfNeeded: count - start - 4)
        self[start] = UInt8(truncatingIfNeeded: length >> 24)
        self[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        self[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        self[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}
