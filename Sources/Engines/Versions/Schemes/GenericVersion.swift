/// Versions of which nothing else is known: vendors' own, and those of CPE names. Numbers and
/// words in turn, whatever separates them; words that name a pre-release stand before the
/// release, a lone letter right behind a number (`1.0.2k`) and other words after it, and numbers
/// after those. Zeros at the end of a run of numbers do not count, nor does what follows `+`.
struct GenericVersion: OrderedVersion {
    private struct Token {
        let rank: Int
        let text: ByteView
        var isNumber: Bool { rank == GenericVersion.numberRank }
    }

    private static let releaseRank = 6
    private static let letterRank = 7
    private static let wordRank = 8
    private static let numberRank = 9
    private let tokens: [Token]

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        let start = bytes.has("v", at: 0) && bytes[1].isDigit ? 1 : 0
        let version = bytes[start, bytes.firstIndex(of: 0x2b) ?? bytes.count]
        var tokens: [Token] = []
        var index = version.end(from: 0) { !$0.isAlphanumeric }
        while index < version.count {
            let isNumber = version[index].isDigit
            let end = version.end(from: index) { isNumber ? $0.isDigit : $0.isLetter }
            if isNumber {
                tokens.append(Token(rank: Self.numberRank, text: version[index, end]))
            } else {
                while let last = tokens.last, last.isNumber, last.text.isZero { tokens.removeLast() }
                tokens.append(Token(rank: Self.rank(version, index, end), text: version[index, end]))
            }
            index = version.end(from: end) { !$0.isAlphanumeric }
        }
        guard !tokens.isEmpty else { throw Refusal("holds neither a number nor a word") }
        while let last = tokens.last, last.isNumber, last.text.isZero { tokens.removeLast() }
        self.tokens = tokens
    }

    func order(to other: GenericVersion) -> VersionOrder {
        for index in 0..<max(tokens.count, other.tokens.count) {
            let mine = index < tokens.count ? tokens[index] : nil
            let its = index < other.tokens.count ? other.tokens[index] : nil
            let order = VersionOrder(mine?.rank ?? Self.releaseRank, its?.rank ?? Self.releaseRank)
            if order != .equal { return order }
            guard let mine, let its else { continue }
            let inner =
                mine.isNumber
                ? mine.text.numericOrder(to: its.text)
                : (mine.rank >= Self.letterRank ? mine.text.caselessOrder(to: its.text) : .equal)
            if inner != .equal { return inner }
        }
        return .equal
    }

    private static func rank(_ version: ByteView, _ start: Int, _ end: Int) -> Int {
        let word = version[start, end]
        let isUpdateLetter = end == start + 1 && version[start - 1].isDigit && !version[end].isDigit
        if isUpdateLetter { return letterRank }
        if word.equals("dev") || word.equals("snapshot") || word.equals("nightly") { return 0 }
        if word.equals("alpha") || word.equals("a") { return 1 }
        if word.equals("beta") || word.equals("b") { return 2 }
        if word.equals("m") || word.equals("milestone") { return 3 }
        if word.equals("pre") || word.equals("preview") || word.equals("ea") { return 4 }
        if word.equals("rc") || word.equals("cr") || word.equals("c") { return 5 }
        return word.equals("ga") || word.equals("final") || word.equals("release") ? releaseRank : wordRank
    }
}
