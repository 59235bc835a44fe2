extension PackageURL {
    /// Parses as the purl specification's "How to parse" says: subpath and qualifiers from the right,
    /// then scheme and type from the left, version, name and namespace. Type rules that change the
    /// name's case (`deb`, `pypi`, …) are applied.
    public init(_ text: String) throws(PackageURLError) {
        var rest = text[...]
        let subpath = Self.cut(&rest, last: "#")
        let query = Self.cut(&rest, last: "?")
        guard rest.prefix(4).lowercased() == "pkg:" else { throw .init(reason: "does not begin with pkg:") }
        rest = rest.dropFirst(4).drop { $0 == "/" }
        let type = rest.prefix { $0 != "/" }
        guard Self.isType(type) else { throw .init(reason: "has no valid type") }
        rest = rest.dropFirst(type.count).drop { $0 == "/" }
        while rest.last == "/" { rest.removeLast() }
        let version = Self.cutVersion(&rest)
        let slash = rest.lastIndex(of: "/")
        let name = try Self.decode(slash.map { rest[rest.index(after: $0)...] } ?? rest)
        guard !name.isEmpty else { throw .init(reason: "has no name") }
        self.init(
            type: type.lowercased(), namespace: try Self.segments(slash.map { rest[..<$0] } ?? ""), name: name,
            version: try version.map(Self.decode), qualifiers: try Self.qualifiers(query ?? ""),
            subpath: try Self.segments(subpath ?? "", without: [".", ".."]))
        normalize()
    }

    /// Splits at the last `separator`; what is behind it is returned, the rest stays.
    private static func cut(_ rest: inout Substring, last separator: Character) -> Substring? {
        guard let index = rest.lastIndex(of: separator) else { return nil }
        defer { rest = rest[..<index] }
        return rest[rest.index(after: index)...]
    }

    /// The version stands behind the last `@`, unless that is npm's unencoded `@scope/`.
    private static func cutVersion(_ rest: inout Substring) -> Substring? {
        guard let at = rest.lastIndex(of: "@") else { return nil }
        let beginsSegment = at == rest.startIndex || rest[rest.index(before: at)] == "/"
        if beginsSegment, rest[at...].contains("/") { return nil }
        let version = rest[rest.index(after: at)...]
        rest = rest[..<at]
        return version.isEmpty ? nil : version
    }

    private static func isType(_ type: Substring) -> Bool {
        guard let first = type.first, first.isASCII, first.isLetter else { return false }
        return type.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    private static func decode(_ text: Substring) throws(PackageURLError) -> String {
        guard let decoded = PercentEncoding.decoded(text) else {
            throw .init(reason: "holds a wrong percent escape")
        }
        guard decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .init(reason: "holds a control character")
        }
        return decoded
    }

    /// Path segments, without empty ones; nil when none are left.
    private static func segments(
        _ text: Substring, without ignored: [String] = []
    ) throws(PackageURLError) -> String? {
        var segments: [String] = []
        for part in text.split(separator: "/") {
            let segment = try decode(part)
            if !ignored.contains(segment) { segments.append(segment) }
        }
        return segments.isEmpty ? nil : segments.joined(separator: "/")
    }

    private static func qualifiers(_ text: Substring) throws(PackageURLError) -> [String: String] {
        var qualifiers: [String: String] = [:]
        for pair in text.split(separator: "&") {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            guard pair[..<equals].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
            else { throw .init(reason: "has a qualifier with a wrong name") }
            let value = try decode(pair[pair.index(after: equals)...])
            if !value.isEmpty { qualifiers[pair[..<equals].lowercased()] = value }
        }
        return qualifiers
    }

    /// The type-specific rules of the purl specification's type definitions.
    private mutating func normalize() {
        if Self.lowercaseNamespace.contains(type) { namespace = namespace?.lowercased() }
        if Self.lowercaseName.contains(type) { name = name.lowercased() }
        if type == "pypi" { name = String(name.map { $0 == "_" ? "-" : $0 }) }
    }

    private static let lowercaseNamespace: Set<String> = [
        "alpm", "apk", "bitbucket", "composer", "deb", "github", "hex", "npm", "rpm",
    ]
    private static let lowercaseName: Set<String> = [
        "alpm", "apk", "bitbucket", "composer", "deb", "github", "hex", "pypi",
    ]
}
