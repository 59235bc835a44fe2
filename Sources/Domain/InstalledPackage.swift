import FoundationEssentials

/// One installed package or application.
public struct InstalledPackage: Sendable, Codable, Hashable {
    /// The package database or registry it comes from, as `VersionScheme` and purl types name it:
    /// `deb`, `rpm`, `apk`, `npm`, `pypi`, …; of applications where they are listed: `macos-app`,
    /// `windows-program`, `homebrew`, `chrome-extension`, or `application` where only an EDR saw it.
    public var type: String
    public var name: String
    /// Complete, with epoch: `1:2.3-4`.
    public var version: String
    public var architecture: String?
    /// The source package, where it differs from `name`.
    public var source: String?
    /// Its version, where it differs from `version`.
    public var sourceVersion: String?
    /// Who made it, as the package database or the application itself says.
    public var vendor: String?
    public var installDate: Date?
    /// RPM module stream, `nodejs:18`.
    public var module: String?
    /// A CPE 2.3 name that the reporter gives; it is believed before anything is looked up.
    public var cpe: String?
    /// The reverse-DNS name of an Apple application (`com.apple.Safari`), or a browser extension's id.
    public var bundleIdentifier: String?
    /// Whose certificate signed it: `Developer ID Application: Mozilla Corporation (43AQ936H96)`.
    public var signer: String?

    public init(
        type: String, name: String, version: String, architecture: String? = nil, source: String? = nil,
        sourceVersion: String? = nil, vendor: String? = nil, installDate: Date? = nil, module: String? = nil,
        cpe: String? = nil, bundleIdentifier: String? = nil, signer: String? = nil
    ) {
        self.type = type
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.sourceVersion = sourceVersion
        self.vendor = vendor
        self.installDate = installDate
        self.module = module
        self.cpe = cpe
        self.bundleIdentifier = bundleIdentifier
        self.signer = signer
    }

    enum CodingKeys: String, CodingKey {
        case type, name, version, architecture, source, vendor, module, cpe, signer
        case sourceVersion = "source_version"
        case installDate = "install_date"
        case bundleIdentifier = "bundle_identifier"
    }
}
