/// The fields of a version between separators, in order: `1`, `2`, `3` of `1.2.3`. Empty fields
/// are fields; there are none in an empty version.
struct DottedFields: Sequence, IteratorProtocol {
    private let bytes: ByteView
    private let isSeparator: (UInt8) -> Bool
    private var position = 0

    init(_ bytes: ByteView, separator: @escaping (UInt8) -> Bool = { $0 == "." }) {
        self.bytes = bytes
        isSeparator = separator
    }

    mutating func next() -> ByteView? {
        guard position < bytes.count || (position == bytes.count && position > 0) else { return nil }
        let end = bytes.end(from: position) { !isSeparator($0) }
        defer { position = end + 1 }
        return bytes[position, end]
    }
}

extension ByteView {
    /// Orders dotted numbers field by field; where one is shorter, its missing fields count as 0
    /// when `padded`, and otherwise come before any.
    func dottedNumericOrder(
        to other: ByteView, padded: Bool, separator: @escaping (UInt8) -> Bool = { $0 == "." }
    ) -> VersionOrder {
        var mine = DottedFields(self, separator: separator)
        var its = DottedFields(other, separator: separator)
        while true {
            let (x, y) = (mine.next(), its.next())
            let order: VersionOrder
            switch (x, y) {
            case (nil, nil): return .equal
            case (let x?, let y?): order = x.numericOrder(to: y)
            case (let x?, nil): order = padded && x.isZero ? .equal : .greater
            case (nil, let y?): order = padded && y.isZero ? .equal : .less
            }
            if order != .equal { return order }
        }
    }

    /// Whether the whole is numbers between single separators.
    func isDottedNumber(separator: (UInt8) -> Bool = { $0 == "." }) -> Bool {
        var needsDigit = true
        for index in 0..<count {
            if self[index].isDigit {
                needsDigit = false
            } else if separator(self[index]), !needsDigit {
                needsDigit = true
            } else {
                return false
            }
        }
        return !needsDigit
    }
}
