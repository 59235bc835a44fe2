import Domain

/// A package version as it occurs on hosts of one system: what many endpoints share.
public struct SoftwareTitle: Sendable, Hashable {
    /// The host's own ecosystem (`debian:12`), also for its language packages.
    public var system: Ecosystem
    public var package: InstalledPackage

    public init(system: Ecosystem, package: InstalledPackage) {
        self.system = system
        self.package = package
    }
}

/// The position of a title in the array given to `TitleMatcher`.
public typealias TitleID = UInt32
