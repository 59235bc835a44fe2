/// Gentoo versions, after the Package Manager Specification (PMS 8, section 3.2 for the form and
/// 3.3 for the order): `1.2.3b_rc1-r2`.
struct GentooVersion: OrderedVersion {
    private let numbers: ByteView
    /// 0 when there is none.
    private let letter: UInt8
    /// `_alpha1_p2`, with the underscores.
    private let suffixes: ByteView
    private let revision: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        var index = bytes.end(from: 0) { $0.isDigit || $0 == "." }
        numbers = bytes[0, index]
        guard numbers.isDottedNumber() else { throw .notNumeric }
        letter = bytes[index].isLowercase ? bytes[index] : 0
        if letter != 0 { index += 1 }
        let start = index
        while bytes[index] == "_" {
            let end = bytes.end(from: index + 1, while: \.isLowercase)
            guard Self.rank(bytes[index + 1, end]) != nil else { throw Refusal("has an unknown suffix") }
            index = bytes.end(from: end, while: \.isDigit)
        }
        suffixes = bytes[start, index]
        if bytes[index] == "-", bytes[index + 1] == "r", bytes[index + 2].isDigit {
            let end = bytes.end(from: index + 2, while: \.isDigit)
            revision = bytes[index + 2, end]
            index = end
        } else {
            revision = bytes[index, index]
        }
        guard index == bytes.count else { throw .stray }
    }

    func order(to other: GentooVersion) -> VersionOrder {
        numbersOrder(to: other)
            .then(VersionOrder(letter, other.letter))
            .then(suffixOrder(to: other))
            .then(revision.numericOrder(to: other.revision))
    }

    /// PMS algorithm 3.3: a number after the first that has a leading zero compares as a decimal
    /// fraction, without its trailing zeros.
    private func numbersOrder(to other: GentooVersion) -> VersionOrder {
        var mine = DottedFields(numbers)
        var its = DottedFields(other.numbers)
        var isFirst = true
        while true {
            switch (mine.next(), its.next()) {
            case (nil, nil): return .equal
            case (nil, _): return .less
            case (_, nil): return .greater
            case (let x?, let y?):
                let isFraction = !isFirst && (x[0] == "0" || y[0] == "0")
                let order =
                    isFraction
                    ? Self.withoutTrailingZeros(x).byteOrder(to: Self.withoutTrailingZeros(y)) : x.numericOrder(to: y)
                if order != .equal { return order }
                isFirst = false
            }
        }
    }

    private static func withoutTrailingZeros(_ digits: ByteView) -> ByteView {
        var end = digits.count
        while end > 0, digits[end - 1] == "0" { end -= 1 }
        return digits[0, end]
    }

    private func suffixOrder(to other: GentooVersion) -> VersionOrder {
        var mine = Self.fields(suffixes)
        var its = Self.fields(other.suffixes)
        while true {
            let (x, y) = (mine.next(), its.next())
            guard x != nil || y != nil else { return .equal }
            let (left, right) = (Self.split(x), Self.split(y))
            let order = VersionOrder(left.rank, right.rank).then(left.number.numericOrder(to: right.number))
            if order != .equal { return order }
        }
    }

    private static func fields(_ suffixes: ByteView) -> DottedFields {
        DottedFields(suffixes.from(1)) { $0 == "_" }
    }

    /// The rank of a suffix and its number; the absence of a suffix stands between `_rc` and `_p`.
    private static func split(_ suffix: ByteView?) -> (rank: Int, number: ByteView) {
        guard let suffix else { return (4, ByteView(UnsafeRawBufferPointer(start: nil, count: 0))) }
        let end = suffix.end(from: 0, while: \.isLetter)
        return (rank(suffix[0, end]) ?? 4, suffix.from(end))
    }

    private static func rank(_ word: ByteView) -> Int? {
        if word.equals("alpha") { return 0 }
        if word.equals("beta") { return 1 }
        if word.equals("pre") { return 2 }
        if word.equals("rc") { return 3 }
        return word.equals("p") ? 5 : nil
    }
}
