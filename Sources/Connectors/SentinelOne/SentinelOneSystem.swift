import Domain

/// The operating system of an agent: `osType`, `osName` and `osRevision`.
enum SentinelOneSystem {
    static func read(_ record: VendorRecord) throws(FieldRefusal) -> OperatingSystem {
        let name = try record.text("osName")
        let revision = try record.text("osRevision") ?? ""
        switch try record.text("osType")?.lowercased() {
        case "windows", "windows_legacy": return windows(name, revision)
        case "macos": return macOS(name, revision)
        // The revision is the kernel's.
        case "linux": return SystemTitle.linux(name)
        case let other:
            let id = other ?? "unknown"
            return OperatingSystem(type: id, id: id, name: name ?? id, version: revision)
        }
    }

    /// The revision is a build, `19045`, of the system that the name tells.
    private static func windows(_ name: String?, _ revision: String) -> OperatingSystem {
        let isOld = ["Windows 7", "Server 2008 R2"].contains { name?.contains($0) ?? false }
        let isNumber = !revision.isEmpty && revision.allSatisfy(\.isNumber)
        let line = isOld ? "6.1" : (Int(revision) ?? 0) >= 10_240 ? "10.0" : Int(revision) == 9_600 ? "6.3" : "6.2"
        return OperatingSystem(
            type: "windows", id: "windows", name: name.map { "Microsoft \($0)" } ?? "Microsoft Windows",
            version: isNumber ? "\(line).\(revision)" : revision)
    }

    /// `13.5.1 (22G90)`
    private static func macOS(_ name: String?, _ revision: String) -> OperatingSystem {
        let parts = revision.split(separator: " ")
        let build = parts.dropFirst().first { $0.first == "(" && $0.last == ")" }
        return OperatingSystem(
            type: "macos", id: "macos", name: "macOS", version: parts.first.map(String.init) ?? "", prettyName: name,
            build: build.map { String($0.dropFirst().dropLast()) })
    }
}
