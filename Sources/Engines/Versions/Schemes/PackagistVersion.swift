/// Composer versions, after Composer's VersionParser (getcomposer.org/doc/articles/versions.md)
/// and PHP's `version_compare`: numbers padded with zeros, then stabilities in the order
/// dev, alpha, beta, RC, release, patch. `1.2.x-dev`, the end of a branch, comes after every 1.2.
/// A branch by name (`dev-main`) has no place in the order and is refused.
struct PackagistVersion: OrderedVersion {
    private let numbers: ByteView
    private let isBranch: Bool
    private let rest: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard !bytes.has("dev-", at: 0) else { throw Refusal("is the name of a branch, which has no order") }
        guard bytes.allSatisfy({ $0 > 0x20 }) else { throw Refusal("holds white space or a control character") }
        let start = bytes.has("v", at: 0) ? 1 : 0
        var end = start
        while bytes[end].isDigit || (bytes[end] == "." && bytes[end + 1].isDigit) { end += 1 }
        numbers = bytes[start, end]
        guard numbers.isDottedNumber() else { throw .notNumeric }
        isBranch = bytes[end] == "." && (bytes[end + 1] == "*" || bytes.has("x", at: end + 1))
        // Composer drops build metadata.
        rest = bytes[end + (isBranch ? 2 : 0), bytes.firstIndex(of: 0x2b) ?? bytes.count]
    }

    func order(to other: PackagistVersion) -> VersionOrder {
        numbersOrder(to: other).then(restOrder(to: other))
    }

    private func numbersOrder(to other: PackagistVersion) -> VersionOrder {
        var mine = DottedFields(numbers)
        var its = DottedFields(other.numbers)
        while true {
            let order: VersionOrder
            switch (mine.next(), its.next()) {
            case (nil, nil): return VersionOrder(isBranch ? 1 : 0, other.isBranch ? 1 : 0)
            case (let x?, let y?): order = x.numericOrder(to: y)
            case (let x?, nil): order = other.isBranch ? .less : (x.isZero ? .equal : .greater)
            case (nil, let y?): order = isBranch ? .greater : (y.isZero ? .equal : .less)
            }
            if order != .equal { return order }
        }
    }

    private func restOrder(to other: PackagistVersion) -> VersionOrder {
        var mine = PackagistParts(rest)
        var its = PackagistParts(other.rest)
        while true {
            let (x, y) = (mine.next(), its.next())
            if x == nil, y == nil { return .equal }
            let (left, right) = (x.map(Self.rank) ?? .release, y.map(Self.rank) ?? .release)
            var order = VersionOrder(left.rawValue, right.rawValue)
            if order == .equal, left == .number, let x, let y { order = x.numericOrder(to: y) }
            if order != .equal { return order }
        }
    }

    private enum Rank: Int { case unknown, dev, alpha, beta, candidate, release, number, patch }

    /// `version_compare` looks at how a word begins.
    private static func rank(_ part: ByteView) -> Rank {
        if part[0].isDigit { return .number }
        if part.has("dev", at: 0) { return .dev }
        if part.has("a", at: 0) { return .alpha }
        if part.has("b", at: 0) { return .beta }
        if part.has("rc", at: 0) { return .candidate }
        if part.has("stable", at: 0) || part[0] == "#" { return .release }
        return part.has("p", at: 0) ? .patch : .unknown
    }
}

/// The words and numbers after the first numbers of a Composer version.
struct PackagistParts {
    private let bytes: ByteView
    private var position = 0

    init(_ bytes: ByteView) { self.bytes = bytes }

    mutating func next() -> ByteView? {
        let start = bytes.end(from: position, while: Self.isSeparator)
        guard start < bytes.count else { return nil }
        let isNumber = bytes[start].isDigit
        let end = bytes.end(from: start) { !Self.isSeparator($0) && $0.isDigit == isNumber }
        position = end
        return bytes[start, end]
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == "." || byte == "-" || byte == "_" }
}
