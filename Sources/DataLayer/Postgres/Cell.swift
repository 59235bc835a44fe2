import FoundationEssentials

/// One non-null value of a result in binary format. Valid only inside the call it was given to.
public struct Cell {
    public let bytes: UnsafeRawBufferPointer
    /// The type's OID.
    public let type: UInt32

    init(bytes: UnsafeRawBufferPointer, type: UInt32) {
        self.bytes = bytes
        self.type = type
    }

    /// A big-endian number at `offset`; nil beyond the end.
    func number<Number: FixedWidthInteger>(at offset: Int = 0, as: Number.Type = Number.self) -> Number? {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// The content of a jsonb is JSON text behind a version byte; everything else is as it is.
    var content: UnsafeRawBufferPointer {
        type == TypeOID.jsonb && bytes.first == 1 ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) : bytes
    }

    func mismatch(_ wanted: String) -> PostgresError {
        PostgresError(.decoding, detail: "\(bytes.count) bytes of type OID \(type) are no \(wanted)")
    }

    /// Any integer type, and `numeric` and `oid` that hold an integer.
    var integer: Int64? {
        switch type {
        case TypeOID.int8: number(as: Int64.self)
        case TypeOID.int4: number(as: Int32.self).map(Int64.init)
        case TypeOID.int2: number(as: Int16.self).map(Int64.init)
        case TypeOID.oid: number(as: UInt32.self).map(Int64.init)
        case TypeOID.numeric: numeric.flatMap { Int64(exactly: $0) }
        default: nil
        }
    }

    /// Any number type; `numeric` is rounded to a double.
    var double: Double? {
        switch type {
        case TypeOID.float8: number(as: UInt64.self).map(Double.init(bitPattern:))
        case TypeOID.float4: number(as: UInt32.self).map { Double(Float(bitPattern: $0)) }
        case TypeOID.numeric: numeric
        default: integer.map(Double.init)
        }
    }

    /// `numeric_send`: digit count, weight, sign, scale, digits of base 10,000.
    private var numeric: Double? {
        guard let digits: Int16 = number(), let weight: Int16 = number(at: 2), let sign: UInt16 = number(at: 4)
        else { return nil }
        switch sign {
        case 0xC000: return .nan
        case 0xD000: return .infinity
        case 0xF000: return -.infinity
        default: break
        }
        // Going through decimal text rounds once; summing scaled digits would round at each.
        var text = sign == 0x4000 ? "-" : ""
        for index in 0..<Int(max(digits, 0)) {
            guard let digit: Int16 = number(at: 8 + index * 2) else { return nil }
            let plain = String(digit)
            text += String(repeating: "0", count: max(0, 4 - plain.count)) + plain
        }
        if digits <= 0 { return 0 }
        return Double("\(text)e\((Int(weight) - Int(digits) + 1) * 4)")
    }
}
