/// Debian package versions, `[epoch:]upstream[-revision]`, after deb-version(7) and Debian Policy
/// section 5.6.12. As dpkg itself, it orders upstream versions that do not start with a digit or
/// hold unusual characters, and refuses what dpkg calls an error.
struct DebianVersion: OrderedVersion {
    private let epoch: ByteView
    private let upstream: ByteView
    private let revision: ByteView

    @inline(__always)
    init(_ bytes: ByteView) throws(Refusal) {
        var colon = -1
        var hyphen = -1
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte <= 0x3a {
                if byte == "-" { hyphen = index }
                if byte == ":", colon < 0 { colon = index }
                if byte <= 0x20 { throw Refusal("holds white space or a control character") }
            }
            index += 1
        }
        epoch = bytes[0, max(colon, 0)]
        if colon >= 0 { try Self.check(epoch: epoch) }
        guard hyphen > colon else {
            upstream = bytes[colon + 1, bytes.count]
            revision = bytes[bytes.count, bytes.count]
            if upstream.isEmpty { throw .empty }
            return
        }
        upstream = bytes[colon + 1, hyphen]
        revision = bytes[hyphen + 1, bytes.count]
        if upstream.isEmpty { throw .empty }
        if revision.isEmpty { throw Refusal("has a hyphen but no revision after it") }
    }

    private static func check(epoch: ByteView) throws(Refusal) {
        guard !epoch.isEmpty, epoch.allSatisfy(\.isDigit) else { throw Refusal("has an epoch that is not a number") }
        // dpkg keeps the epoch in an int and refuses a larger one.
        var value = 0
        for index in 0..<epoch.count {
            value = value * 10 + Int(epoch[index] - 0x30)
            if value > Int32.max { throw Refusal("has an epoch larger than dpkg allows") }
        }
    }

    @inline(__always)
    func order(to other: DebianVersion) -> VersionOrder {
        if epoch.count | other.epoch.count != 0 {
            let order = epoch.numericOrder(to: other.epoch)
            if order != .equal { return order }
        }
        let order = Self.order(upstream, other.upstream)
        return order == .equal ? Self.order(revision, other.revision) : order
    }

    /// The algorithm of deb-version(7): alternately a run of non-digits, in which letters sort
    /// before other characters and `~` before even the end, and a run of digits, by value.
    @inline(__always)
    private static func order(_ a: ByteView, _ b: ByteView) -> VersionOrder {
        var i = commonPrefix(a, b)
        var j = i
        while i < a.count || j < b.count {
            while (i < a.count && !a[i].isDigit) || (j < b.count && !b[j].isDigit) {
                let x = weight(a[i])
                let y = weight(b[j])
                if x != y { return x < y ? .less : .greater }
                i += 1
                j += 1
            }
            while a[i] == "0" { i += 1 }
            while b[j] == "0" { j += 1 }
            var first = VersionOrder.equal
            while a[i].isDigit, b[j].isDigit {
                if first == .equal { first = VersionOrder(a[i], b[j]) }
                i += 1
                j += 1
            }
            if a[i].isDigit { return .greater }
            if b[j].isDigit { return .less }
            if first != .equal { return first }
        }
        return .equal
    }

    /// The length of the common start, back to where its last run of digits begins: versions of
    /// one package mostly differ near the end.
    @inline(__always)
    private static func commonPrefix(_ a: ByteView, _ b: ByteView) -> Int {
        let limit = min(a.count, b.count)
        var index = 0
        while index < limit, a[index] == b[index] { index += 1 }
        while index > 0, a[index - 1].isDigit { index -= 1 }
        return index
    }

    @inline(__always)
    private static func weight(_ byte: UInt8) -> Int {
        if byte.isLetter { return Int(byte) }
        if byte == "~" { return -1 }
        if byte == 0 || byte.isDigit { return 0 }
        return Int(byte) + 256
    }
}
