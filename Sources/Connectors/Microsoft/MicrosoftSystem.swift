import Domain
import FoundationEssentials

/// The operating system of a device, from the names that Defender and Intune have for it.
enum MicrosoftSystem {
    /// - Parameters:
    ///   - platform: as Defender writes it: `Windows10`, `WindowsServer2019`, `macOS`, `Ubuntu`.
    ///   - version: what goes with it: `1709`, `13.4`, `20.4`.
    static func defender(platform: String?, version: String?, build: Int?) -> OperatingSystem {
        guard let platform else { return OperatingSystem(type: "unknown", id: "unknown", name: "unknown", version: "") }
        let lower = platform.lowercased()
        if lower.hasPrefix("windows") {
            return OperatingSystem(
                type: "windows", id: "windows", name: "Microsoft \(spaced(platform))",
                version: build.map(windows) ?? "", prettyName: platform)
        }
        if lower == "macos" { return apple("macos", "macOS", version, prettyName: platform) }
        if lower == "ios" { return apple("ios", "iOS", version, prettyName: platform) }
        if lower == "android" {
            return OperatingSystem(
                type: "android", id: "android", name: "Android", version: version ?? "", prettyName: platform)
        }
        let id = distributions.first { lower.hasPrefix($0.prefix) }?.id ?? "linux"
        return OperatingSystem(
            id: id, name: spaced(platform), version: id == "ubuntu" ? ubuntu(version ?? "") : version ?? "",
            prettyName: platform)
    }

    /// - Parameter version: `10.0.19044.3084`, `14.4`, `11.2.1 (20D74)`.
    static func intune(_ system: String?, version: String?) -> OperatingSystem {
        let version = version ?? ""
        switch system?.lowercased() {
        case "windows":
            let numbers = version.split(separator: ".")
            return OperatingSystem(
                type: "windows", id: "windows", name: "Microsoft Windows",
                version: numbers.prefix(3).joined(separator: "."), prettyName: system,
                build: numbers.count > 3 ? version : nil)
        case "macos": return apple("macos", "macOS", version, prettyName: system)
        case "ios": return apple("ios", "iOS", version, prettyName: system)
        case "ipados": return apple("ipados", "iPadOS", version, prettyName: system)
        case "linux": return OperatingSystem(id: "linux", name: "Linux", version: version, prettyName: system)
        case let other:
            let id = other ?? "unknown"
            return OperatingSystem(type: id, id: id, name: system ?? id, version: version, prettyName: system)
        }
    }

    /// The three numbers of a Windows version, by its build.
    private static func windows(_ build: Int) -> String {
        switch build {
        case ..<7_600: "6.0.\(build)"
        case ..<9_200: "6.1.\(build)"
        case ..<9_600: "6.2.\(build)"
        case ..<10_240: "6.3.\(build)"
        default: "10.0.\(build)"
        }
    }

    private static func apple(
        _ id: String, _ name: String, _ version: String?, prettyName: String?
    ) -> OperatingSystem {
        let parts = (version ?? "").split(separator: " ", maxSplits: 1)
        let build = parts.count == 2 ? parts[1].filter { $0 != "(" && $0 != ")" } : nil
        return OperatingSystem(
            type: id, id: id, name: name, version: parts.first.map(String.init) ?? "", prettyName: prettyName,
            build: build)
    }

    /// Defender takes the version for a number: `20.4` is 20.04.
    private static func ubuntu(_ version: String) -> String {
        let parts = version.split(separator: ".", maxSplits: 1)
        return parts.count == 2 && parts[1].utf8.count == 1 ? "\(parts[0]).0\(parts[1])" : version
    }

    private static let distributions: [(prefix: String, id: String)] = [
        ("ubuntu", "ubuntu"), ("debian", "debian"), ("redhat", "rhel"), ("rhel", "rhel"), ("centos", "centos"),
        ("almalinux", "almalinux"), ("rocky", "rocky"), ("oracle", "ol"), ("amazon", "amzn"), ("sles", "sles"),
        ("suse", "sles"), ("fedora", "fedora"), ("mariner", "mariner"),
    ]

    /// `Windows Server 2012 R2` of `WindowsServer2012R2`.
    private static func spaced(_ name: String) -> String {
        var text = ""
        var before: Character?
        for character in name {
            if let before {
                let isWord = before.isLowercase && (character.isUppercase || character.isNumber)
                if isWord || before.isNumber && character.isUppercase { text.append(" ") }
            }
            text.append(character)
            before = character
        }
        return text
    }
}
