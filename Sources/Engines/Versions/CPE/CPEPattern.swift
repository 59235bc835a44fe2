/// The value of a CPE attribute as a row of characters and wildcards.
struct CPEPattern {
    /// A character, or one of the two wildcards.
    struct Symbol: Hashable {
        let byte: UInt8
        let isWildcard: Bool

        var isMany: Bool { isWildcard && byte == "*" }
        var isOne: Bool { isWildcard && byte == "?" }
    }

    let symbols: [Symbol]

    init(_ value: String) {
        var symbols: [Symbol] = []
        symbols.reserveCapacity(value.utf8.count)
        var isQuoted = false
        for byte in value.utf8 {
            if byte == "\\", !isQuoted {
                isQuoted = true
            } else {
                symbols.append(Symbol(byte: byte.lowercased, isWildcard: !isQuoted && (byte == "*" || byte == "?")))
                isQuoted = false
            }
        }
        self.symbols = symbols
    }

    var hasWildcard: Bool { symbols.contains(where: \.isWildcard) }

    /// Whether `text`, which has no wildcards, fits: `?` stands for one character, `*` for any
    /// number. Takes time in proportion to the product of the lengths at worst.
    func matches(_ text: CPEPattern) -> Bool {
        var (position, index) = (0, 0)
        var (star, resume) = (-1, 0)
        while index < text.symbols.count {
            if position < symbols.count, symbols[position].isMany {
                (star, resume) = (position, index)
                position += 1
            } else if position < symbols.count,
                symbols[position].isOne || symbols[position] == text.symbols[index]
            {
                position += 1
                index += 1
            } else if star >= 0 {
                resume += 1
                (position, index) = (star + 1, resume)
            } else {
                return false
            }
        }
        return symbols[position...].allSatisfy(\.isMany)
    }
}
