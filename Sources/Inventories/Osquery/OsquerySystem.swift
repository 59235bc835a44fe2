import Domain

/// osquery's `os_version`.
enum OsquerySystem {
    static func operatingSystem(_ row: JSONRow?, _ hints: HostHints) -> OperatingSystem {
        guard let row, let name = row["name"] else {
            return OperatingSystem(type: "unknown", id: "unknown", name: "unknown", version: "")
        }
        switch row["platform"] ?? "" {
        case "darwin": return apple(row)
        case "windows": return windows(row, name, hints)
        case let platform: return linux(row, name, platform)
        }
    }

    /// `extra` is the letter of a Rapid Security Response.
    private static func apple(_ row: JSONRow) -> OperatingSystem {
        let extra = row["extra"].map { " \($0)" } ?? ""
        return OperatingSystem(
            type: "macos", id: "macos", name: "macOS", version: (row["version"] ?? "") + extra, build: row["build"])
    }

    /// `version` is `10.0.17763`, `build` its last number, `revision` the update's.
    private static func windows(_ row: JSONRow, _ name: String, _ hints: HostHints) -> OperatingSystem {
        var numbers = (row["version"] ?? "").split(separator: ".").map(String.init)
        if numbers.count < 3, let build = row["build"] { numbers = numbers.prefix(2) + [build] }
        let version = numbers.prefix(3).joined(separator: ".")
        let revision = row["revision"] ?? (numbers.count > 3 ? numbers[3] : nil)
        let isKnown = revision.map { $0.allSatisfy(\.isNumber) && $0 != "0" } ?? false
        return OperatingSystem(
            type: "windows", id: "windows", name: name, version: version, codename: row["patch_level"],
            build: isKnown ? "\(version).\(revision ?? "")" : version, installationType: hints.installationType)
    }

    /// `platform` is os-release's ID, `version` for people (`12 (bookworm)`), the numbers stand beside it.
    private static func linux(_ row: JSONRow, _ name: String, _ platform: String) -> OperatingSystem {
        let words = row["version"]?.prefix { !$0.isWhitespace } ?? ""
        let isNumber = words.first?.isNumber == true
        let numbers = [row["major"], row["minor"]].compactMap { $0 }.joined(separator: ".")
        var system = Distribution.operatingSystem(
            name: platform.isEmpty ? name : platform, version: isNumber ? String(words) : numbers)
        system.name = name
        system.codename = system.codename ?? row["codename"]
        system.like = row["platform_like"]?.split(separator: " ").map(String.init) ?? []
        return system
    }
}
