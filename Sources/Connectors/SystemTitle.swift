import Domain

/// Systems as vendors spell them out: `Ubuntu 22.04`, `Red Hat Enterprise Linux 9.4`.
enum SystemTitle {
    static func linux(_ title: String?) -> OperatingSystem {
        let name = title.map { trimmed($0.prefix { !$0.isNumber }) } ?? ""
        let known = ids.first { name.lowercased().hasPrefix($0.prefix) }?.id
        return OperatingSystem(
            type: "linux", id: known ?? "linux", name: name.isEmpty ? "Linux" : name, version: version(in: title ?? ""),
            prettyName: title)
    }

    /// The first number with its dots: `13` of `Ventura (13)`.
    static func version(in title: String) -> String {
        let start = title.drop { !$0.isNumber }
        let version = start.prefix { $0.isNumber || $0 == "." }
        return version.last == "." ? String(version.dropLast()) : String(version)
    }

    private static let ids: [(prefix: String, id: String)] = [
        ("ubuntu", "ubuntu"), ("debian", "debian"), ("rhel", "rhel"), ("red hat", "rhel"), ("centos", "centos"),
        ("almalinux", "almalinux"), ("rocky", "rocky"), ("oracle linux", "ol"), ("amazon linux", "amzn"),
        ("sles", "sles"), ("suse", "sles"), ("fedora", "fedora"), ("alpine", "alpine"),
    ]

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
