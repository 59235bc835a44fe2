extension ByteView {
    /// Orders two runs of decimal digits by value, whatever their length; an empty run is 0.
    @inline(__always)
    func numericOrder(to other: ByteView) -> VersionOrder {
        var i = 0
        var j = 0
        while self[i] == "0" { i += 1 }
        while other[j] == "0" { j += 1 }
        let length = count - i
        guard length == other.count - j else { return length < other.count - j ? .less : .greater }
        while i < count {
            let x = self[i]
            let y = other[j]
            if x != y { return x < y ? .less : .greater }
            i += 1
            j += 1
        }
        return .equal
    }

    /// Whether a run of digits has the value 0; true of an empty run.
    var isZero: Bool { allSatisfy { $0 == "0" } }

    /// Orders bytes as unsigned numbers; a prefix stands before what it starts.
    func byteOrder(to other: ByteView) -> VersionOrder {
        order(to: other) { $0 }
    }

    /// As `byteOrder`, with ASCII letters in lower case.
    func caselessOrder(to other: ByteView) -> VersionOrder {
        order(to: other) { $0.lowercased }
    }

    @inline(__always)
    private func order(to other: ByteView, _ fold: (UInt8) -> UInt8) -> VersionOrder {
        var index = 0
        while index < count, index < other.count {
            let x = fold(self[index])
            let y = fold(other[index])
            if x != y { return x < y ? .less : .greater }
            index += 1
        }
        return VersionOrder(count, other.count)
    }

    /// Orders text in which runs of digits count as numbers: `p9` before `p10`.
    func naturalOrder(to other: ByteView) -> VersionOrder {
        var i = 0
        var j = 0
        while i < count, j < other.count {
            if self[i].isDigit, other[j].isDigit {
                let iEnd = end(from: i, while: \.isDigit)
                let jEnd = other.end(from: j, while: \.isDigit)
                let order = self[i, iEnd].numericOrder(to: other[j, jEnd])
                if order != .equal { return order }
                i = iEnd
                j = jEnd
            } else {
                let order = VersionOrder(self[i], other[j])
                if order != .equal { return order }
                i += 1
                j += 1
            }
        }
        return VersionOrder(i < count ? 1 : 0, j < other.count ? 1 : 0)
    }
}
