/// Alpine package versions, `number{.number}{letter}{_suffix{number}}{~hash}{-rN}`, after
/// apk-package(5) and the ordering of apk-tools 3. Text that breaks the form is still ordered, as
/// apk does: by what was readable, then before any version that goes on correctly there, and
/// among such by the unreadable rest.
struct AlpineVersion: OrderedVersion {
    private let bytes: ByteView

    @inline(__always)
    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard bytes.allSatisfy({ $0 > 0x20 }) else { throw Refusal("holds white space or a control character") }
        self.bytes = bytes
    }

    @inline(__always)
    func order(to other: AlpineVersion) -> VersionOrder {
        var mine = AlpineTokens(bytes)
        var its = AlpineTokens(other.bytes)
        while true {
            mine.advance()
            its.advance()
            let order = VersionOrder(mine.rank, its.rank)
            if order != .equal { return order }
            if mine.kind == .end { return .equal }
            let inner = mine.valueOrder(to: its)
            if inner != .equal || mine.kind == .invalid { return inner }
        }
    }
}

/// The parts of an Alpine version, one at a time.
struct AlpineTokens {
    /// In the order in which they may follow one another.
    enum Kind: UInt8 { case start, firstNumber, number, letter, suffix, suffixNumber, hash, revision, end, invalid }

    private let bytes: ByteView
    private var position = 0
    private(set) var kind = Kind.start
    private var value: ByteView
    /// Where a suffix stands: 0 to 3 for the pre-releases, 4 upwards for what follows a release.
    private var suffix: UInt8 = 0

    init(_ bytes: ByteView) {
        self.bytes = bytes
        value = bytes[0, 0]
    }

    /// Where the part stands among others that could stand in its place: a pre-release suffix
    /// before everything, then what is unreadable, the end, and the kinds from last to first.
    var rank: UInt8 {
        switch kind {
        case .suffix where suffix < 4: 0
        case .invalid: 1
        default: 12 - kind.rawValue
        }
    }

    func valueOrder(to other: AlpineTokens) -> VersionOrder {
        switch kind {
        // With a leading zero the digits are a decimal fraction and compare as text.
        case .number where value[0] == "0" || other.value[0] == "0": value.byteOrder(to: other.value)
        case .firstNumber, .number, .suffixNumber, .revision: value.numericOrder(to: other.value)
        case .suffix: VersionOrder(suffix, other.suffix)
        case .invalid: value.naturalOrder(to: other.value)
        default: value.byteOrder(to: other.value)
        }
    }

    mutating func advance() {
        let first = bytes[position]
        switch (first, kind) {
        case _ where position >= bytes.count:
            kind = .end
        case (_, .start) where first.isDigit:
            take(.firstNumber, from: position, while: \.isDigit)
        case (_, .suffix) where first.isDigit:
            take(.suffixNumber, from: position, while: \.isDigit)
        case (0x2e, .firstNumber), (0x2e, .number):
            take(.number, from: position + 1, while: \.isDigit)
        case (_, .firstNumber) where first.isLowercase, (_, .number) where first.isLowercase:
            value = bytes[position, position + 1]
            position += 1
            kind = .letter
        case (0x5f, .firstNumber), (0x5f, .number), (0x5f, .letter), (0x5f, .suffix), (0x5f, .suffixNumber):
            takeSuffix()
        case (0x7e, .firstNumber ... .suffixNumber):
            take(.hash, from: position + 1, while: \.isHexDigit)
        case (0x2d, .firstNumber ... .hash) where bytes[position + 1] == "r":
            take(.revision, from: position + 2, while: \.isDigit)
        default:
            stop()
        }
    }

    private mutating func take(_ next: Kind, from start: Int, while test: (UInt8) -> Bool) {
        let end = bytes.end(from: start, while: test)
        guard end > start else { return stop() }
        value = bytes[start, end]
        position = end
        kind = next
    }

    private mutating func takeSuffix() {
        let end = bytes.end(from: position + 1, while: \.isLowercase)
        guard let rank = Self.suffixRank(bytes[position + 1, end]) else { return stop() }
        suffix = rank
        position = end
        kind = .suffix
    }

    private mutating func stop() {
        value = bytes.from(position)
        position = bytes.count
        kind = .invalid
    }

    private static func suffixRank(_ word: ByteView) -> UInt8? {
        if word.equals("alpha") { return 0 }
        if word.equals("beta") { return 1 }
        if word.equals("pre") { return 2 }
        if word.equals("rc") { return 3 }
        if word.equals("cvs") { return 4 }
        if word.equals("svn") { return 5 }
        if word.equals("git") { return 6 }
        if word.equals("hg") { return 7 }
        return word.equals("p") ? 8 : nil
    }
}

extension AlpineTokens.Kind: Comparable {
    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
