/// Damage that any file meets: cut, flipped, overwritten, repeated, spliced.
struct ByteMutations {
    /// The ends of the ranges of integers, where arithmetic overflows and signs change.
    private static let integers: [UInt64] = [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0xFFFF_FFF0, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
    ]

    func mutate(_ input: inout [UInt8], other: [UInt8], _ random: inout FuzzRandom) {
        guard !input.isEmpty else {
            input = other
            return
        }
        switch random.below(9) {
        case 0: input.removeLast(random.below(input.count) + 1)
        case 1, 2: input[random.below(input.count)] ^= 1 << UInt8(random.below(8))
        case 3: input[random.below(input.count)] = UInt8(random.below(256))
        case 4: overwriteInteger(&input, &random)
        case 5: input.removeSubrange(random.range(in: input.count))
        case 6: repeatPart(&input, &random)
        case 7: splice(&input, other, &random)
        default: fill(&input, &random)
        }
    }

    /// One, two, four or eight bytes, of either byte order.
    private func overwriteInteger(_ input: inout [UInt8], _ random: inout FuzzRandom) {
        let width = 1 << random.below(4)
        guard input.count >= width else { return }
        let value = random.pick(Self.integers)
        let place = random.below(input.count - width + 1)
        let isBig = random.isOneIn(2)
        for index in 0..<width {
            let shift = UInt64(8 * (isBig ? width - 1 - index : index))
            input[place + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    private func repeatPart(_ input: inout [UInt8], _ random: inout FuzzRandom) {
        let range = random.range(in: input.count)
        let count = random.isOneIn(8) ? 1 + random.below(4000) : 1 + random.below(4)
        guard !range.isEmpty, range.count * count < 1 << 20 else { return }
        let part = Array(input[range])
        let repeated = (0..<count).flatMap { _ in part }
        input.insert(contentsOf: repeated, at: range.upperBound)
    }

    /// The front of one input with the back of another.
    private func splice(_ input: inout [UInt8], _ other: [UInt8], _ random: inout FuzzRandom) {
        let head = input.prefix(random.below(input.count + 1))
        input = Array(head) + other.suffix(random.below(other.count + 1))
    }

    private func fill(_ input: inout [UInt8], _ random: inout FuzzRandom) {
        let byte: UInt8 = random.pick([0, 0xFF, 0x20, 0x0A, UInt8(random.below(256))])
        for index in random.range(in: input.count) { input[index] = byte }
    }
}
