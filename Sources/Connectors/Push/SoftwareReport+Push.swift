import Domain

extension SoftwareReport {
    private static let known: Set<String> = ["source_id", "device_id", "package", "paths", "last_used", "modified"]

    /// An application on a device as a program pushes it.
    init(pushed record: VendorRecord) throws(FieldRefusal) {
        try record.allow(Self.known)
        self.init(
            sourceID: try record.requiredText("source_id"), deviceID: try record.requiredText("device_id"),
            package: try InstalledPackage(pushed: record.requiredRecord("package")), paths: try record.texts("paths"),
            lastUsed: try record.date("last_used"), modified: try record.date("modified"))
    }
}

extension InstalledPackage {
    private static let known: Set<String> = [
        "type", "name", "version", "architecture", "source", "source_version", "vendor", "install_date", "module",
        "cpe",
        "bundle_identifier", "signer",
    ]

    init(pushed record: VendorRecord) throws(FieldRefusal) {
        do { try record.allow(Self.known) } catch {
            throw FieldRefusal(field: "package.\(error.field)", reason: error.reason)
        }
        self.init(
            type: try record.text("type") ?? "application", name: try record.requiredText("name"),
            version: try record.text("version") ?? "", architecture: try record.text("architecture"),
            source: try record.text("source"), sourceVersion: try record.text("source_version"),
            vendor: try record.text("vendor"), installDate: try record.date("install_date"),
            module: try record.text("module"), cpe: try record.text("cpe"),
            bundleIdentifier: try record.text("bundle_identifier"), signer: try record.text("signer"))
    }
}
