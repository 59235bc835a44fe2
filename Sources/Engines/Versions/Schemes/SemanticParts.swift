/// The three parts that SemVer and its relatives share: `numbers[-prerelease][+build]`.
struct SemanticParts {
    let numbers: ByteView
    /// Empty when there is none.
    let prerelease: ByteView
    /// Empty when there is none.
    let build: ByteView

    /// Takes a version apart. A leading `v` or `=` is passed over; there may be fewer or more
    /// numbers than three, and letters may follow them at once or after a dot (`1.21rc2`,
    /// `1.0.0.alpha`): registries and advisories hold such versions, and each means a pre-release.
    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        let start = bytes.end(from: 0) { $0 == "v" || $0 == "V" || $0 == "=" || $0 == " " }
        let plus = bytes.firstIndex(of: 0x2b) ?? bytes.count
        let end = Self.endOfNumbers(bytes, from: start, to: plus)
        numbers = bytes[start, end]
        guard numbers.isDottedNumber() else { throw .notNumeric }
        let separator = bytes[end]
        let hasSeparator = separator == "-" || separator == "."
        prerelease = bytes[end + (end < plus && hasSeparator ? 1 : 0), plus]
        build = bytes.from(plus + 1)
        if end < plus { try Self.check(prerelease) }
        if plus < bytes.count { try Self.check(build) }
    }

    private static func endOfNumbers(_ bytes: ByteView, from start: Int, to limit: Int) -> Int {
        var index = start
        while index < limit {
            if bytes[index].isDigit || (bytes[index] == "." && bytes[index + 1].isDigit) {
                index += 1
            } else {
                return index
            }
        }
        return limit
    }

    private static func check(_ identifiers: ByteView) throws(Refusal) {
        if identifiers.isEmpty { throw Refusal("has an empty pre-release or build part") }
        for field in DottedFields(identifiers) {
            if field.isEmpty { throw Refusal("has an empty identifier between dots") }
            guard field.allSatisfy({ $0.isAlphanumeric || $0 == "-" || $0 == "_" || $0 >= 0x80 }) else {
                throw .stray
            }
        }
    }

    func numbersOrder(to other: SemanticParts) -> VersionOrder {
        numbers.dottedNumericOrder(to: other.numbers, padded: true)
    }

    /// SemVer rule 11.3 and 11.4: without a pre-release comes after any.
    func prereleaseOrder(to other: SemanticParts, caseless: Bool = false) -> VersionOrder {
        if prerelease.isEmpty || other.prerelease.isEmpty {
            return VersionOrder(prerelease.isEmpty ? 1 : 0, other.prerelease.isEmpty ? 1 : 0)
        }
        return Self.identifierOrder(prerelease, other.prerelease, caseless: caseless)
    }

    /// SemVer rule 11.4: numbers by value, before words; words by ASCII; the longer list last.
    static func identifierOrder(_ a: ByteView, _ b: ByteView, caseless: Bool = false) -> VersionOrder {
        var mine = DottedFields(a)
        var its = DottedFields(b)
        while true {
            let order: VersionOrder
            switch (mine.next(), its.next()) {
            case (nil, nil): return .equal
            case (nil, _): return .less
            case (_, nil): return .greater
            case (let x?, let y?):
                switch (x.allSatisfy(\.isDigit), y.allSatisfy(\.isDigit)) {
                case (true, true): order = x.numericOrder(to: y)
                case (true, false): order = .less
                case (false, true): order = .greater
                case (false, false): order = caseless ? x.caselessOrder(to: y) : x.byteOrder(to: y)
                }
            }
            if order != .equal { return order }
        }
    }
}
