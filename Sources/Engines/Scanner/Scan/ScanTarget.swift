import Domain
import FoundationEssentials
import Risk

/// One host, as far as scanning is concerned.
public struct ScanTarget: Sendable {
    /// The ecosystem of the operating system's own packages, `debian:12`.
    public var ecosystem: Ecosystem
    /// What `uname -r` says; nil when unknown, as with a package database alone.
    public var kernelRelease: String?
    public var packages: [InstalledPackage]
    public var exposure: Exposure
    public var criticality: AssetCriticality
    /// The day on which it is judged, which tells what is out of support; nil to say nothing of it.
    public var date: Date?

    public init(
        ecosystem: Ecosystem, kernelRelease: String? = nil, packages: [InstalledPackage],
        exposure: Exposure = .internal, criticality: AssetCriticality = .normal, date: Date? = nil
    ) {
        self.ecosystem = ecosystem
        self.kernelRelease = kernelRelease
        self.packages = packages
        self.exposure = exposure
        self.criticality = criticality
        self.date = date
    }

    /// The host that an inventory describes.
    public init(
        _ inventory: Inventory, exposure: Exposure = .internal, criticality: AssetCriticality = .normal
    ) {
        self.init(
            ecosystem: inventory.os.ecosystem, kernelRelease: inventory.kernel?.release,
            packages: inventory.titles, exposure: exposure, criticality: criticality)
    }
}
