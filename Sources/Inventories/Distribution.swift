import Domain

/// Names of distributions as SBOM tools, purls and people write them, brought to os-release's.
public enum Distribution {
    /// Parses `debian:12`, `ubuntu:14.04`, `Rocky Linux:9`, `debian:bookworm`; nil without a name.
    public static func operatingSystem(_ text: String) -> OperatingSystem? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        return operatingSystem(name: String(name), version: parts.count == 2 ? String(parts[1]) : "")
    }

    /// The operating system called `name`; a codename in place of a version is resolved.
    public static func operatingSystem(name: String, version: String) -> OperatingSystem {
        let id = identifier(name)
        let release = codenames[version.lowercased()].flatMap { $0.id == id ? $0.version : nil }
        return OperatingSystem(
            id: id, name: name, version: trimmed(release ?? version, id: id),
            codename: release == nil ? nil : version.lowercased())
    }

    /// The system of a purl's `distro` qualifier: `debian-12`, `opensuse-leap-15.4`, `bookworm`,
    /// `rhel-9.2`, or a version alone where `namespace` names the distribution.
    static func operatingSystem(qualifier: String, namespace: String?) -> OperatingSystem? {
        let text = qualifier.lowercased()
        if let known = codenames[text] { return operatingSystem(name: known.id, version: text) }
        if text.first?.isNumber == true { return namespace.map { operatingSystem(name: $0, version: text) } }
        if let dash = text.lastIndex(of: "-") {
            let version = text[text.index(after: dash)...]
            let isVersion = version.first?.isNumber == true || codenames[String(version)] != nil
            if isVersion { return operatingSystem(name: String(text[..<dash]), version: String(version)) }
        }
        return text.isEmpty ? nil : operatingSystem(name: text, version: "")
    }

    /// Ubuntu's third component is a point release of the same archive.
    private static func trimmed(_ version: String, id: String) -> String {
        let first = version.split(separator: " ").first.map(String.init) ?? ""
        guard id == "ubuntu" else { return first }
        return first.split(separator: ".").prefix(2).joined(separator: ".")
    }

    private static func identifier(_ name: String) -> String {
        let lower = name.lowercased()
        return names[lower] ?? String(lower.map { $0 == " " ? "-" : $0 })
    }

    private static let names: [String: String] = [
        "debian gnu/linux": "debian", "redhat": "rhel", "red hat": "rhel", "red hat enterprise linux": "rhel",
        "centos linux": "centos", "centos stream": "centos", "rocky linux": "rocky", "alma": "almalinux",
        "alma linux": "almalinux", "oracle": "ol", "oracle linux": "ol", "oracle linux server": "ol",
        "amazon": "amzn", "amazon linux": "amzn", "amazon linux ami": "amzn", "alpine linux": "alpine",
        "fedora linux": "fedora", "suse linux enterprise server": "sles", "suse linux enterprise": "sles",
        "suse": "sles", "opensuse leap": "opensuse-leap", "opensuse.leap": "opensuse-leap",
        "opensuse.tumbleweed": "opensuse-tumbleweed", "opensuse tumbleweed": "opensuse-tumbleweed",
        "cbl-mariner": "mariner", "arch linux": "arch", "photon os": "photon", "vmware photon os": "photon",
        "wolfi os": "wolfi",
    ]

    private static let codenames: [String: (id: String, version: String)] = {
        let debian = [
            "wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12",
            "trixie": "13", "forky": "14",
        ]
        let ubuntu = [
            "precise": "12.04", "trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04",
            "groovy": "20.10", "hirsute": "21.04", "impish": "21.10", "jammy": "22.04", "kinetic": "22.10",
            "lunar": "23.04", "mantic": "23.10", "noble": "24.04", "oracular": "24.10", "plucky": "25.04",
            "questing": "25.10",
        ]
        return debian.mapValues { ("debian", $0) }.merging(ubuntu.mapValues { ("ubuntu", $0) }) { first, _ in first }
    }()
}
