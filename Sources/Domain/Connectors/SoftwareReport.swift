import FoundationEssentials

/// One application that a source saw on one device. A device's software is all of its reports together: a batch may
/// hold only what changed.
public struct SoftwareReport: Sendable, Codable, Hashable {
    /// The source's id of this application on this device.
    public var sourceID: String
    /// The source's id of the device.
    public var deviceID: String
    public var package: InstalledPackage
    public var paths: [String]
    public var lastUsed: Date?
    public var modified: Date?

    public init(
        sourceID: String, deviceID: String, package: InstalledPackage, paths: [String] = [], lastUsed: Date? = nil,
        modified: Date? = nil
    ) {
        self.sourceID = sourceID
        self.deviceID = deviceID
        self.package = package
        self.paths = paths
        self.lastUsed = lastUsed
        self.modified = modified
    }
}
