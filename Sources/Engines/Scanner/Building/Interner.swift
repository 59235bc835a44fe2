/// Strings kept once each, in one block of memory, known by small numbers. Half a million version
/// strings cost their bytes and twelve more each, where Swift strings in a set cost eighty.
struct Interner {
    private var arena: [UInt8] = []
    /// Where string `i` ends; it starts where `i - 1` ends.
    private var ends: [UInt32] = [0]
    private var table = [UInt32](repeating: 0, count: 1 << 12)

    /// No further string fits the format's 32-bit references.
    var isFull: Bool { arena.count > Int(UInt32.max) / 2 }

    var count: Int { ends.count }

    /// 0 for the empty string. Longer strings than the format keeps are cut between characters.
    mutating func intern(_ string: String) -> UInt32 {
        var string = string
        return string.withUTF8 { intern(Self.cut(UnsafeRawBufferPointer($0))) }
    }

    mutating func intern(_ string: String?) -> UInt32 { string.map { intern($0) } ?? 0 }

    mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard !bytes.isEmpty, !isFull else { return 0 }
        var slot = Self.hash(bytes) & (table.count - 1)
        while table[slot] != 0 {
            let candidate = table[slot]
            if withBytes(of: candidate, { Self.isSame($0, bytes) }) { return candidate }
            slot = (slot + 1) & (table.count - 1)
        }
        arena.append(contentsOf: bytes)
        ends.append(UInt32(arena.count))
        table[slot] = UInt32(ends.count - 1)
        if ends.count * 2 > table.count { grow() }
        return UInt32(ends.count - 1)
    }

    func withBytes<Result>(of id: UInt32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = id == 0 ? 0 : Int(ends[Int(id) - 1])
        let end = Int(ends[Int(id)])
        return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }

    /// For many comparisons in a row, as sorting makes.
    func withAllBytes<Result>(_ body: ((UInt32) -> UnsafeRawBufferPointer) -> Result) -> Result {
        arena.withUnsafeBytes { arena in
            body { id in
                let start = id == 0 ? 0 : Int(ends[Int(id) - 1])
                return UnsafeRawBufferPointer(rebasing: arena[start..<Int(ends[Int(id)])])
            }
        }
    }

    func string(_ id: UInt32) -> String { withBytes(of: id) { String(decoding: $0, as: UTF8.self) } }

    private mutating func grow() {
        table = [UInt32](repeating: 0, count: table.count * 2)
        for id in 1..<UInt32(ends.count) {
            var slot = withBytes(of: id) { Self.hash($0) } & (table.count - 1)
            while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = id
        }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash = StableHash()
        hash.combine(bytes)
        // FNV's low bits are weak for short strings: fold the high ones in.
        return Int(truncatingIfNeeded: (hash.value ^ hash.value >> 29) & 0x7FFF_FFFF)
    }

    private static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }

    private static func cut(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard bytes.count > IndexLayout.longestString else { return bytes }
        var end = IndexLayout.longestString
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[..<end])
    }
}

/// Byte-wise order of strings, the order of every sorted table of the index.
func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    byteOrder(left, right) < 0
}

/// Negative, 0 or positive, as memcmp.
func byteOrder(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    var position = 0
    let shorter = min(left.count, right.count)
    while position < shorter {
        let difference = Int(left[position]) - Int(right[position])
        if difference != 0 { return difference }
        position += 1
    }
    return left.count - right.count
}
