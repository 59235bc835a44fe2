/// An rpm package as a CSAF document names it, by a purl:
/// `pkg:rpm/redhat/ruby@3.1.4-142.module%2Bel8.9.0?arch=x86_64&rpmmod=ruby:3.1:8090020240311:a75119d5`.
struct RedHatPackage: Hashable {
    let name: String
    /// Epoch, version and release; nil where the purl is of all versions.
    let version: String?
    /// `ruby:3.1`; nil where it is of no module.
    let module: String?
    let isSource: Bool

    /// Nil when it is no rpm package with a name.
    init?(purl: String) {
        let prefix = "pkg:rpm/"
        guard purl.hasPrefix(prefix) else { return nil }
        let parts = purl.dropFirst(prefix.utf8.count).split(separator: "?", maxSplits: 1)
        guard let path = parts.first else { return nil }
        let qualifiers = parts.count > 1 ? Self.qualifiers(parts[1]) : [:]
        let nameAndVersion = (path.split(separator: "/").last ?? path).split(separator: "@", maxSplits: 1)
        guard let name = nameAndVersion.first.flatMap(Self.decoded), !name.isEmpty else { return nil }
        self.name = name
        isSource = qualifiers["arch"] == "src"
        module = Self.stream(qualifiers["rpmmod"])
        guard nameAndVersion.count > 1, let version = Self.decoded(nameAndVersion[1]) else {
            self.version = nil
            return
        }
        let epoch = qualifiers["epoch"].flatMap { $0 == "0" ? nil : $0 }
        self.version = epoch.map { "\($0):\(version)" } ?? version
    }

    /// They are installed beside what they are for, which is reported itself.
    var isDebug: Bool { name.hasSuffix("-debuginfo") || name.hasSuffix("-debugsource") }

    private static func qualifiers(_ text: Substring) -> [String: String] {
        var qualifiers: [String: String] = [:]
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1)
            if parts.count == 2, let value = decoded(parts[1]) { qualifiers[String(parts[0])] = value }
        }
        return qualifiers
    }

    /// Name and stream of a module's label. One part alone is the name of something else (a flatpak's runtime).
    private static func stream(_ label: String?) -> String? {
        guard let parts = label?.split(separator: ":"), parts.count > 1 else { return nil }
        return "\(parts[0]):\(parts[1])"
    }

    /// Nil when an escape is none.
    private static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: Array(rest.prefix(2)), as: UTF8.self), radix: 16), rest.count > 1
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
