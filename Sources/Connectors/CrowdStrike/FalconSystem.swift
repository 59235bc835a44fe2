import Domain
import FoundationEssentials

/// The operating system of a host, from what Falcon spreads over several fields.
enum FalconSystem {
    static func read(_ record: VendorRecord) throws(FieldRefusal) -> OperatingSystem {
        let title = try record.text(anyOf: "os_product_name", "os_version")
        switch try record.text("platform_name")?.lowercased() {
        case "windows": return try windows(record, title)
        case "mac":
            return OperatingSystem(
                type: "macos", id: "macos", name: "macOS", version: SystemTitle.version(in: title ?? ""),
                prettyName: title,
                build: try record.text("os_build"))
        case "linux": return SystemTitle.linux(title)
        case let other:
            let id = other ?? "unknown"
            return OperatingSystem(type: id, id: id, name: title ?? id, version: SystemTitle.version(in: title ?? ""))
        }
    }

    /// `6`, `1` and build `7601` are version 6.1.7601; a build with a revision is complete by itself.
    private static func windows(_ record: VendorRecord, _ title: String?) throws(FieldRefusal) -> OperatingSystem {
        let build = try record.text(anyOf: "os_build", "build_number")
        var version = ""
        if let build, build.split(separator: ".").count >= 3 {
            version = build.split(separator: ".").prefix(3).joined(separator: ".")
        } else if let major = try record.text("major_version"), let minor = try record.text("minor_version") {
            version = [major, minor, build].compactMap { $0 }.joined(separator: ".")
        }
        return OperatingSystem(
            type: "windows", id: "windows", name: title.map { "Microsoft \($0)" } ?? "Microsoft Windows",
            version: version, build: build.flatMap { $0.contains(".") ? $0 : nil })
    }
}
