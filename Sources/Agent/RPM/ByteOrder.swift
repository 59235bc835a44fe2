/// Integers at offsets of bytes that nobody vouches for: nil instead of reading past the end.
enum ByteOrder {
    case little
    case big

    func uint32(_ bytes: [UInt8], at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= bytes.count - 4 else { return nil }
        let a = UInt32(bytes[offset])
        let b = UInt32(bytes[offset + 1])
        let c = UInt32(bytes[offset + 2])
        let d = UInt32(bytes[offset + 3])
        return self == .big ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a
    }

    /// The same as an `Int`, for offsets and counts.
    func int32(_ bytes: [UInt8], at offset: Int) -> Int? { uint32(bytes, at: offset).map { Int($0) } }

    func uint16(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - 2 else { return nil }
        let a = Int(bytes[offset])
        let b = Int(bytes[offset + 1])
        return self == .big ? a << 8 | b : b << 8 | a
    }
}
