import Domain
import FoundationEssentials

/// A row of an EDR's list.
struct SoftwareRow {
    let row: JSONRow

    /// The device it is of, as the list names it; empty when the list is of one.
    var deviceID: String { row["deviceId", "machineId", "host.aid", "agentUuid", "agentId", "endpointId"] ?? "" }
    var hostname: String? { row["deviceName", "computerDnsName", "host.hostname", "endpointName", "computerName"] }

    var name: String? { first(SoftwareListShape.plain.names) }
    var version: String { first(SoftwareListShape.versions) ?? "" }

    /// Falcon marks the maker that a signature names: `Apple (Signed)`.
    private var maker: String? {
        first(SoftwareListShape.plain.makers.filter { $0 != "name_vendor" })
    }

    private static let signed = " (Signed)"

    /// Nil without a name.
    var package: InstalledPackage? {
        guard let name else { return nil }
        let isApp = name.hasSuffix(".app")
        let isSigned = maker?.hasSuffix(Self.signed) ?? false
        let vendor = isSigned ? maker.map { String($0.dropLast(Self.signed.count)) } : maker
        return InstalledPackage(
            type: type(isApp: isApp), name: isApp ? String(name.dropLast(4)) : name, version: shortVersion,
            vendor: vendor, installDate: installDate, bundleIdentifier: row["bundleId", "bundle_identifier"],
            signer: row["signer"] ?? (isSigned ? vendor : nil))
    }

    /// macOS has a build behind the version: `1.0 (1)`.
    private var shortVersion: String {
        guard version.hasSuffix(")"), let open = version.firstIndex(of: "(") else { return version }
        return DocumentText.trimmed(version[..<open])
    }

    private func type(isApp: Bool) -> String {
        switch platform {
        case "macos": "macos-app"
        case "windows": "windows-program"
        default: isApp ? "macos-app" : "application"
        }
    }

    private var installDate: Date? {
        row["installedDate", "installation_timestamp", "installDate"].flatMap { RFC3339.date($0) }
    }

    /// `windows`, `macos` or `linux`, where the row says it.
    var platform: String? {
        let text = row["osPlatform", "host.platform_name", "osType", "operatingSystem", "platform"]?.lowercased() ?? ""
        if text.hasPrefix("win") { return "windows" }
        if text.hasPrefix("mac") || text == "darwin" { return "macos" }
        return text.hasPrefix("linux") ? "linux" : nil
    }

    /// Defender lists the system among the software, with its full build: `microsoft`, `windows_server_2019`,
    /// `10.0.17763.5329`.
    var system: OperatingSystem? {
        let numbers = version.split(separator: ".")
        guard let name = name?.lowercased(), numbers.count >= 3 || name == "mac_os" else { return nil }
        if maker?.lowercased() == "microsoft", name.hasPrefix("windows_") {
            let spoken = name.split(separator: "_").map { $0.capitalized }.joined(separator: " ")
            return OperatingSystem(
                type: "windows", id: "windows", name: "Microsoft \(spoken)",
                version: numbers.prefix(3).joined(separator: "."), build: version)
        }
        guard maker?.lowercased() == "apple", name == "mac_os", !numbers.isEmpty else { return nil }
        var parts = numbers.prefix(3)
        if parts.count == 3, parts.last == "0" { parts.removeLast() }
        return OperatingSystem(type: "macos", id: "macos", name: "macOS", version: parts.joined(separator: "."))
    }

    private func first(_ names: [String]) -> String? {
        for name in names {
            if let value = row[name] { return value }
        }
        return nil
    }
}

extension InstalledPackage {
    /// What a row of an EDR's list says, so that an imported list and a connector understand it alike.
    ///
    /// - Parameter fields: by the names that the EDR gives them, those of nested objects by path (`host.platform_name`).
    package init?(softwareRow fields: [String: String]) {
        guard let package = SoftwareRow(row: JSONRow(fields: fields)).package else { return nil }
        self = package
    }
}

extension Substring {
    /// The first letter in upper case; `r2` is a release, not a word.
    fileprivate var capitalized: String {
        self == "r2" ? "R2" : prefix(1).uppercased() + dropFirst()
    }
}
