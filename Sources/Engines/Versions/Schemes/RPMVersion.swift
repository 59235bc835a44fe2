/// RPM versions, `[epoch:]version[-release]`, after rpm-version(7) and rpmvercmp: an absent epoch
/// is 0, and a version without a release stands before the same version with one.
struct RPMVersion: OrderedVersion {
    private let epoch: ByteView
    private let version: ByteView
    private let release: ByteView?

    @inline(__always)
    init(_ bytes: ByteView) throws(Refusal) {
        let digits = bytes.end(from: 0, while: \.isDigit)
        // Only digits before a colon are an epoch; rpm takes `a:1` for a version.
        let hasEpoch = bytes[digits] == ":"
        let start = hasEpoch ? digits + 1 : 0
        epoch = bytes[0, hasEpoch ? digits : 0]
        var hyphen = -1
        var hyphens = 0
        for index in digits..<bytes.count {
            let byte = bytes[index]
            if byte <= 0x2d {
                if byte == "-" { (hyphen, hyphens) = (index, hyphens + 1) }
                if byte <= 0x20 { throw Refusal("holds white space or a control character") }
            }
        }
        // Neither a version nor a release may hold a hyphen; with several, there is no telling
        // which one divides them, and the whole counts as a version.
        if hyphens > 1 { hyphen = -1 }
        version = bytes[start, hyphen < 0 ? bytes.count : hyphen]
        release = hyphen < 0 ? nil : bytes.from(hyphen + 1)
        if version.isEmpty { throw .empty }
    }

    @inline(__always)
    func order(to other: RPMVersion) -> VersionOrder {
        if epoch.count | other.epoch.count != 0 {
            let order = epoch.numericOrder(to: other.epoch)
            if order != .equal { return order }
        }
        let order = Self.order(version, other.version)
        if order != .equal { return order }
        switch (release, other.release) {
        case (let mine?, let its?): return Self.order(mine, its)
        case (nil, nil): return .equal
        case (nil, _): return .less
        case (_, nil): return .greater
        }
    }

    /// rpmvercmp: segments of digits or letters, anything else only separates. `~` stands before
    /// the end of a version, `^` after it but before any further segment.
    @inline(__always)
    static func order(_ a: ByteView, _ b: ByteView) -> VersionOrder {
        var i = 0
        var j = 0
        while true {
            i = a.end(from: i, while: isSeparator)
            j = b.end(from: j, while: isSeparator)
            let x = rank(a[i])
            let y = rank(b[j])
            if x != y { return x < y ? .less : .greater }
            switch x {
            case .end: return .equal
            case .tilde, .caret:
                i += 1
                j += 1
            case .letters:
                let (m, n) = (a.end(from: i, while: \.isLetter), b.end(from: j, while: \.isLetter))
                let order = a[i, m].byteOrder(to: b[j, n])
                if order != .equal { return order }
                (i, j) = (m, n)
            case .digits:
                let (m, n) = (a.end(from: i, while: \.isDigit), b.end(from: j, while: \.isDigit))
                let order = a[i, m].numericOrder(to: b[j, n])
                if order != .equal { return order }
                (i, j) = (m, n)
            }
        }
    }

    private enum Rank: UInt8, Comparable {
        case tilde, end, caret, letters, digits

        @inline(__always)
        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
    }

    @inline(__always)
    private static func rank(_ byte: UInt8) -> Rank {
        if byte.isDigit { return .digits }
        if byte.isLetter { return .letters }
        if byte == "~" { return .tilde }
        return byte == "^" ? .caret : .end
    }

    @inline(__always)
    private static func isSeparator(_ byte: UInt8) -> Bool {
        !byte.isAlphanumeric && byte != "~" && byte != "^"
    }
}
