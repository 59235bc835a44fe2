/// Python package versions, after PEP 440 (packaging.python.org/specifications/version-specifiers),
/// every spelling of its appendix B included. Legacy versions, which it does not define, are refused.
struct PythonVersion: OrderedVersion {
    private let epoch: ByteView
    let release: ByteView
    /// Letter (0 for a, 1 for b, 2 for rc) and number.
    private let pre: (rank: Int, number: ByteView)?
    private let post: ByteView?
    private let dev: ByteView?
    /// What follows `+`; empty when there is none.
    private let local: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        let plus = bytes.firstIndex(of: 0x2b) ?? bytes.count
        local = bytes.from(plus + 1)
        if plus < bytes.count, !Self.isLocal(local) { throw Refusal("has a malformed local part") }
        var reader = PythonReader(bytes[0, plus])
        (epoch, release) = try reader.takeNumbers()
        pre = reader.takePre()
        post = reader.takePost()
        dev = reader.takeDev()
        guard reader.isAtEnd else { throw Refusal("is not a PEP 440 version") }
    }

    var isPrerelease: Bool { pre != nil || dev != nil }
    var isPostrelease: Bool { post != nil }
    var hasLocal: Bool { !local.isEmpty }

    func order(to other: PythonVersion) -> VersionOrder {
        publicOrder(to: other).then(Self.localOrder(local, other.local))
    }

    /// The order without regard to local parts.
    func publicOrder(to other: PythonVersion) -> VersionOrder {
        releaseOrder(to: other)
            .then(VersionOrder(preRank, other.preRank))
            .then(Self.order(pre?.number, other.pre?.number, absentIsLast: false))
            .then(Self.order(post, other.post, absentIsLast: false))
            .then(Self.order(dev, other.dev, absentIsLast: true))
    }

    /// The order of epoch and release numbers alone.
    func releaseOrder(to other: PythonVersion) -> VersionOrder {
        epoch.numericOrder(to: other.epoch).then(release.dottedNumericOrder(to: other.release, padded: true))
    }

    /// Whether this begins as `prefix` does, after PEP 440 “prefix matching”: the same epoch and
    /// numbers (but the last, where told so) and, where the prefix has them, the same pre-release
    /// and post-release.
    func matches(_ prefix: PythonVersion, droppingLast: Bool) -> Bool {
        guard epoch.numericOrder(to: prefix.epoch) == .equal else { return false }
        var mine = DottedFields(release)
        let fields = Array(DottedFields(prefix.release))
        for field in droppingLast ? fields.dropLast() : fields[...] {
            let own = mine.next() ?? release[0, 0]
            if own.numericOrder(to: field) != .equal { return false }
        }
        let goesDeeper = prefix.pre != nil || prefix.post != nil
        guard goesDeeper, !droppingLast else { return true }
        return releaseOrder(to: prefix) == .equal && preRank == prefix.preRank
            && Self.order(pre?.number, prefix.pre?.number, absentIsLast: false) == .equal
            && (prefix.post == nil || Self.order(post, prefix.post, absentIsLast: false) == .equal)
    }

    /// A development release of a final release comes before its pre-releases, a final release
    /// and its post-releases after.
    private var preRank: Int {
        if let pre { return pre.rank }
        return post == nil && dev != nil ? -1 : 3
    }

    private static func order(_ a: ByteView?, _ b: ByteView?, absentIsLast: Bool) -> VersionOrder {
        switch (a, b) {
        case (nil, nil): .equal
        case (let a?, let b?): a.numericOrder(to: b)
        case (nil, _): absentIsLast ? .greater : .less
        case (_, nil): absentIsLast ? .less : .greater
        }
    }

    private static func localOrder(_ a: ByteView, _ b: ByteView) -> VersionOrder {
        var mine = DottedFields(a, separator: isLocalSeparator)
        var its = DottedFields(b, separator: isLocalSeparator)
        while true {
            let order: VersionOrder
            switch (mine.next(), its.next()) {
            case (nil, nil): return .equal
            case (nil, _): return .less
            case (_, nil): return .greater
            case (let x?, let y?):
                switch (x.allSatisfy(\.isDigit), y.allSatisfy(\.isDigit)) {
                case (true, true): order = x.numericOrder(to: y)
                case (true, false): order = .greater
                case (false, true): order = .less
                case (false, false): order = x.caselessOrder(to: y)
                }
            }
            if order != .equal { return order }
        }
    }

    private static func isLocal(_ local: ByteView) -> Bool {
        let fields = DottedFields(local, separator: isLocalSeparator)
        return !local.isEmpty && fields.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAlphanumeric) }
    }

    private static func isLocalSeparator(_ byte: UInt8) -> Bool { byte == "." || byte == "-" || byte == "_" }
}
