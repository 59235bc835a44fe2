/// Random numbers that a seed repeats (SplitMix64).
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// 0 up to `bound`, without it; 0 when that is empty.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int.random(in: 0..<bound, using: &self) : 0 }

    mutating func isOneIn(_ count: Int) -> Bool { below(count) == 0 }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    /// A range within `0..<count`, most often a short one.
    mutating func range(in count: Int) -> Range<Int> {
        let start = below(count)
        let longest = count - start
        let length = isOneIn(4) ? below(longest + 1) : min(longest, 1 + below(16))
        return start..<start + length
    }
}
