/// Changes to text that keep most of its grammar, so that the damage gets past the first check:
/// a number becomes a huge one, a string an invalid one, a value a thousand nested lists.
struct TokenMutations {
    private let vocabulary: [[UInt8]]

    /// - Parameter samples: texts whose words may stand in for each other.
    init(samples: [[UInt8]]) {
        var words = Set<[UInt8]>()
        for sample in samples {
            for token in Self.tokens(of: sample) where token.count < 200 && words.count < 4000 {
                words.insert(Array(sample[token]))
            }
        }
        vocabulary = words.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func mutate(_ input: inout [UInt8], _ random: inout FuzzRandom) {
        let tokens = Self.tokens(of: input)
        guard !tokens.isEmpty else { return }
        let token = random.pick(tokens)
        switch random.below(6) {
        case 0: input.replaceSubrange(token, with: random.pick(Self.hostile))
        case 1: input.replaceSubrange(token, with: nested(&random))
        case 2: input.removeSubrange(token)
        case 3: input.insert(contentsOf: input[token], at: token.upperBound)
        case 4: input.replaceSubrange(token, with: input[random.pick(tokens)])
        default: if !vocabulary.isEmpty { input.replaceSubrange(token, with: random.pick(vocabulary)) }
        }
    }

    /// Values that have broken parsers before.
    private static let hostile: [[UInt8]] =
        [
            "", "0", "-0", "-1", "1e999", "-1e999", "1e-999", "0.1e1", "00", "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809", "18446744073709551616", "99999999999999999999999999999999999999999999", "1.", ".5",
            "NaN",
            "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\u{0}\"", "\\",
            "\"a\\", "\u{FEFF}", "\u{202E}", "e\u{301}\u{301}\u{301}", "%", "%00", "%ff", "%zz", "../../etc/passwd",
            "\r\n",
            "\n\n", "\t", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60.999999999999+99:99", "2024-02-30", "-", "~", ":",
            "*",
            "CVE-9999-99999999999999999999",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ]

    private func nested(_ random: inout FuzzRandom) -> [UInt8] {
        let depth = random.pick([3, 60, 130, 300, 5000])
        let open = random.pick(["[", "{\"a\":", "(", "\"", "<a>", "1."])
        let close = ["[": "]", "{\"a\":": "}", "(": ")", "<a>": "</a>"][open] ?? ""
        let isClosed = random.isOneIn(2)
        return Array(
            (String(repeating: open, count: depth) + "0" + (isClosed ? String(repeating: close, count: depth) : ""))
                .utf8)
    }

    /// Quoted strings, words and single marks, in order; white space is no token.
    private static func tokens(of text: [UInt8]) -> [Range<Int>] {
        var tokens: [Range<Int>] = []
        var start = 0
        while start < text.count, tokens.count < 20_000 {
            let end = end(of: start, in: text)
            if text[start] > 0x20 { tokens.append(start..<end) }
            start = end
        }
        return tokens
    }

    private static func end(of start: Int, in text: [UInt8]) -> Int {
        var end = start + 1
        if text[start] == UInt8(ascii: "\"") {
            while end < text.count, text[end] != UInt8(ascii: "\"") {
                end += text[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            return min(end + 1, text.count)
        }
        guard isWord(text[start]) else { return end }
        while end < text.count, isWord(text[end]) { end += 1 }
        return end
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}
