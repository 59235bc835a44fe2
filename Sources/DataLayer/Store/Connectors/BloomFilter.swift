/// Tells what was certainly never added (Bloom 1970, "Space/time trade-offs in hash coding with allowable errors"). It has
/// 8 MB whatever is added: of a million entries it takes one in 100,000 others for added, of ten million one in 25.
struct BloomFilter: Sendable {
    private static let bits: UInt64 = 1 << 26
    private static let probes: UInt64 = 4

    private var words = [UInt64](repeating: 0, count: Int(Self.bits / 64))

    mutating func add(_ entry: some Hashable) {
        Self.visit(entry) { word, bit in
            words[word] |= bit
            return true
        }
    }

    func mayHold(_ entry: some Hashable) -> Bool {
        Self.visit(entry) { word, bit in words[word] & bit != 0 }
    }

    /// Double hashing (Kirsch and Mitzenmacher 2008): the halves of one hash make all places.
    @discardableResult
    private static func visit(_ entry: some Hashable, _ body: (Int, UInt64) -> Bool) -> Bool {
        let hash = UInt64(bitPattern: Int64(entry.hashValue))
        let (first, step) = (hash & 0xFFFF_FFFF, hash >> 32 | 1)
        for probe in 0..<probes {
            let place = (first &+ probe &* step) & (bits - 1)
            if !body(Int(place >> 6), 1 << (place & 63)) { return false }
        }
        return true
    }
}
