import Domain

/// One component, with the properties in which Trivy and Syft say what the standard has no field for.
struct CycloneDXComponent {
    var type = ""
    var name = ""
    var version: String?
    var purl: String?
    var properties: [String: String] = [:]

    var isOperatingSystem: Bool { type == "operating-system" }

    /// Syft lists every file of a package as a component of its own.
    var isPlainFile: Bool { type == "file" && purl == nil }

    static func isUsed(_ property: String) -> Bool { usedProperties.contains(property) }

    private static let usedProperties: Set<String> = [
        "aquasecurity:trivy:SrcName", "aquasecurity:trivy:SrcVersion", "aquasecurity:trivy:SrcRelease",
        "aquasecurity:trivy:SrcEpoch", "syft:distro:id", "syft:distro:versionID", "syft:distro:versionCodename",
    ]

    /// The operating system it describes.
    var system: OperatingSystem {
        let release = properties["syft:distro:versionID"] ?? version ?? properties["syft:distro:versionCodename"] ?? ""
        return Distribution.operatingSystem(name: properties["syft:distro:id"] ?? name, version: release)
    }

    /// Trivy's source package: `[epoch:]version[-release]`.
    var source: (name: String, version: String?)? {
        guard let name = properties["aquasecurity:trivy:SrcName"] else { return nil }
        guard var version = properties["aquasecurity:trivy:SrcVersion"] else { return (name, nil) }
        if let epoch = properties["aquasecurity:trivy:SrcEpoch"], epoch != "0" { version = "\(epoch):\(version)" }
        if let release = properties["aquasecurity:trivy:SrcRelease"] { version += "-\(release)" }
        return (name, version)
    }
}
