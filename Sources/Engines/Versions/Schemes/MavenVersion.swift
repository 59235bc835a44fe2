/// Maven versions, after the “Version Order Specification” of the POM reference
/// (maven.apache.org/pom.html) and ComparableVersion of Maven 3, which it describes.
///
/// The published algorithm is not transitive: a zero equals the padding of a shorter version, yet
/// beats `-1`, which beats the padding, so `1.0.rc` < `1` < `1-1` < `1.0.rc`. Here a pre-release
/// is before its release in every case: the zeros before it are counted into it.
struct MavenVersion: OrderedVersion {
    private let tokens: [MavenToken]

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard bytes.allSatisfy({ $0 > 0x20 }) else { throw Refusal("holds white space or a control character") }
        var tokens: [MavenToken] = []
        var reader = MavenReader(bytes)
        while var token = reader.next() {
            if token.followsHyphen {
                _ = Self.trimNulls(&tokens)
            } else if token.isPrerelease {
                token.zeros = Self.trimNulls(&tokens)
            }
            tokens.append(token)
        }
        _ = Self.trimNulls(&tokens)
        self.tokens = tokens
    }

    /// Removes what means nothing from the end, and says how many tokens that were.
    private static func trimNulls(_ tokens: inout [MavenToken]) -> Int {
        let count = tokens.count
        while let last = tokens.last, last.isNull { tokens.removeLast() }
        return count - tokens.count
    }

    func order(to other: MavenVersion) -> VersionOrder {
        for index in 0..<max(tokens.count, other.tokens.count) {
            let mine = index < tokens.count ? tokens[index] : .padding
            let its = index < other.tokens.count ? other.tokens[index] : .padding
            let order = mine.order(to: its)
            if order != .equal { return order }
        }
        return .equal
    }
}

/// A number or a qualifier of a Maven version, with what stands before it.
struct MavenToken {
    /// In rising order; `release` is also the absence of anything.
    enum Kind: Int { case alpha, beta, milestone, candidate, snapshot, release, servicePack, other, number }

    let kind: Kind
    let text: ByteView
    /// Stands after a hyphen, or between letters and digits, which counts as one.
    let followsHyphen: Bool
    /// Of a pre-release after a dot, the zeros that stood before it.
    var zeros = 0

    static var padding: MavenToken {
        MavenToken(
            kind: .release, text: ByteView(UnsafeRawBufferPointer(start: nil, count: 0)), followsHyphen: false)
    }

    var isPrerelease: Bool { kind.rawValue < Kind.release.rawValue }
    var isNull: Bool { kind == .release || (kind == .number && text.isZero) }

    func order(to other: MavenToken) -> VersionOrder {
        let order = VersionOrder(group, other.group)
            .then(VersionOrder(place, other.place))
            .then(VersionOrder(kind.rawValue, other.kind.rawValue))
        guard order == .equal else { return order }
        switch kind {
        case .number: return text.numericOrder(to: other.text)
        case .other: return text.caselessOrder(to: other.text)
        default: return .equal
        }
    }

    /// Pre-releases, the release, what follows it, numbers.
    private var group: Int {
        switch kind {
        case .alpha, .beta, .milestone, .candidate, .snapshot: 0
        case .release: 1
        case .servicePack, .other: 2
        case .number: 3
        }
    }

    /// Qualifiers come first after a dot, then after a hyphen, then after zeros and a dot; numbers
    /// the other way round.
    private var place: Int {
        switch kind {
        case .number: followsHyphen ? 0 : 1
        case .release: 0
        default: followsHyphen ? 1 : (zeros == 0 ? 0 : zeros + 1)
        }
    }
}

/// Splits a Maven version at dots, hyphens, and between digits and other characters.
struct MavenReader {
    private let bytes: ByteView
    private var position = 0
    private var followsHyphen = false
    private var isDone = false

    init(_ bytes: ByteView) { self.bytes = bytes }

    mutating func next() -> MavenToken? {
        guard !isDone else { return nil }
        let isNumber = bytes[position].isDigit
        let end = bytes.end(from: position) { $0 != "." && $0 != "-" && $0.isDigit == isNumber }
        let text = bytes[position, end]
        let token = isNumber || text.isEmpty ? number(text) : qualifier(text, beforeDigit: bytes[end].isDigit)
        if end == bytes.count {
            isDone = true
        } else {
            let isSeparator = bytes[end] == "." || bytes[end] == "-"
            followsHyphen = bytes[end] != "."
            position = isSeparator ? end + 1 : end
        }
        return token
    }

    /// An empty text is a 0 that was left out.
    private func number(_ text: ByteView) -> MavenToken {
        MavenToken(kind: .number, text: text, followsHyphen: followsHyphen)
    }

    private func qualifier(_ text: ByteView, beforeDigit: Bool) -> MavenToken {
        MavenToken(kind: Self.kind(text, beforeDigit: beforeDigit), text: text, followsHyphen: followsHyphen)
    }

    private static func kind(_ text: ByteView, beforeDigit: Bool) -> MavenToken.Kind {
        if text.equals("alpha") || (beforeDigit && text.equals("a")) { return .alpha }
        if text.equals("beta") || (beforeDigit && text.equals("b")) { return .beta }
        if text.equals("milestone") || (beforeDigit && text.equals("m")) { return .milestone }
        if text.equals("rc") || text.equals("cr") { return .candidate }
        if text.equals("snapshot") { return .snapshot }
        if text.equals("ga") || text.equals("final") || text.equals("release") { return .release }
        return text.equals("sp") ? .servicePack : .other
    }
}
