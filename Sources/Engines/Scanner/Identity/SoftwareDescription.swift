import Domain

/// What an EDR, osquery or an application list reports of one piece of software.
public struct SoftwareDescription: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var vendor: String?
    public var bundleIdentifier: String?
    public var signer: String?
    /// Where it was found: `apps`, `programs`, `homebrew_packages`, `python_packages`, …
    public var source: String?
    /// `darwin`, `windows`, `linux`.
    public var platform: String?

    public init(
        name: String, version: String = "", vendor: String? = nil, bundleIdentifier: String? = nil,
        signer: String? = nil, source: String? = nil, platform: String? = nil
    ) {
        self.name = name
        self.version = version
        self.vendor = vendor
        self.bundleIdentifier = bundleIdentifier
        self.signer = signer
        self.source = source
        self.platform = platform
    }

    /// An installed package that no registry knows, on a host with this system.
    init(_ package: InstalledPackage, system: Ecosystem) {
        self.init(
            name: package.name, version: package.version, vendor: package.vendor,
            bundleIdentifier: package.bundleIdentifier, signer: package.signer, source: package.type,
            platform: system.family)
    }

    enum CodingKeys: String, CodingKey {
        case name, version, vendor, signer, source, platform
        case bundleIdentifier = "bundle_identifier"
    }
}

/// What a description comes to.
public enum Identification: Sendable, Hashable {
    /// Two signals agree, or a registry or the reporter says it.
    case identified(SoftwareIdentity)
    /// What it may be, as CPE names, and why none of them is taken.
    case candidates([String], reason: String)
}

/// The names under which vulnerability data knows a piece of software.
public struct SoftwareIdentity: Sendable, Hashable {
    /// The CPE 2.3 name with the installed version; nil where only a registry knows it.
    public var cpe: String?
    public var purl: String?
    /// 0…1: 0.85 for two agreeing signals, more with each further one.
    public var confidence: Double
    /// The signals that agree, a sentence each.
    public var evidence: [String]
    /// All the names that NVD uses for it, `a:vendor:product`, the usual one first.
    package var keys: [String]
    /// What it is a part of: `visual_studio_code`, `node.js`; nil for programs.
    package var target: String?

    static func confidence(signals: Int) -> Double { signals >= 4 ? 0.99 : signals == 3 ? 0.95 : 0.85 }
}
