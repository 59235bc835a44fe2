/// Arch Linux versions, `[epoch:]version[-pkgrel]`, after vercmp(8) and alpm. As there, a version
/// without a pkgrel equals the same version with any, so `equal` is not transitive here (`1-1`,
/// `1`, `1-2`); `less` is. Separators at the end of a version do not count.
struct PacmanVersion: OrderedVersion {
    private let epoch: ByteView
    private let version: ByteView
    private let release: ByteView?

    init(_ bytes: ByteView) throws(Refusal) {
        guard bytes.allSatisfy({ $0 > 0x20 }) else { throw Refusal("holds white space or a control character") }
        let digits = bytes.end(from: 0, while: \.isDigit)
        let hasEpoch = bytes[digits] == ":"
        epoch = bytes[0, hasEpoch ? digits : 0]
        let start = hasEpoch ? digits + 1 : 0
        var hyphen: Int?
        for index in start..<bytes.count where bytes[index] == "-" { hyphen = index }
        version = bytes[start, hyphen ?? bytes.count]
        release = hyphen.map { bytes.from($0 + 1) }
        if version.isEmpty { throw .empty }
    }

    func order(to other: PacmanVersion) -> VersionOrder {
        let order = epoch.numericOrder(to: other.epoch).then(Self.order(version, other.version))
        guard let mine = release, let its = other.release else { return order }
        return order.then(Self.order(mine, its))
    }

    /// alpm's rpmvercmp: segments of digits or letters; at each place the end stands after
    /// letters that follow directly and before all else, more separators after fewer, and digits
    /// after letters.
    private static func order(_ a: ByteView, _ b: ByteView) -> VersionOrder {
        var mine = Segments(a)
        var its = Segments(b)
        while true {
            let (x, y) = (mine.next(), its.next())
            let order = VersionOrder(x.rank, y.rank)
            if order != .equal { return order }
            guard !x.text.isEmpty else { return .equal }
            let inner = x.isNumber ? x.text.numericOrder(to: y.text) : x.text.byteOrder(to: y.text)
            if inner != .equal { return inner }
        }
    }

    private struct Segment {
        let separators: Int
        let text: ByteView
        var isNumber: Bool { text[0].isDigit }

        /// Twice the separators, and one more for a number; the end fits in between.
        var rank: Int {
            if text.isEmpty { return 1 }
            return separators == 0 && !isNumber ? 0 : 2 + separators * 2 + (isNumber ? 1 : 0)
        }
    }

    private struct Segments {
        private let bytes: ByteView
        private var position = 0

        init(_ bytes: ByteView) { self.bytes = bytes }

        mutating func next() -> Segment {
            let start = bytes.end(from: position) { !$0.isAlphanumeric }
            let isNumber = bytes[start].isDigit
            let end = bytes.end(from: start) { isNumber ? $0.isDigit : $0.isLetter }
            defer { position = end }
            return Segment(separators: start - position, text: bytes[start, end])
        }
    }
}
