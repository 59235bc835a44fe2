/// A package that a patch brings to another version on an endpoint.
public struct PackageChange: Sendable, Hashable, Codable {
    /// As the endpoint's package manager knows it: the binary package.
    public var name: String
    public var architecture: String?
    public var installed: String
    /// What to install. Nil where it cannot be told: advisories speak of source packages, and some binary packages are
    /// numbered otherwise than their source. What the repository has then counts.
    public var version: String?

    public init(name: String, architecture: String? = nil, installed: String, version: String?) {
        self.name = name
        self.architecture = architecture
        self.installed = installed
        self.version = version
    }
}

/// What a patch of a distribution brings to which version, as its advisories say.
public struct PatchedPackage: Sendable, Hashable, Codable {
    public var ecosystem: Ecosystem
    /// The source package of Debian, Ubuntu and Alpine, the binary one of rpm.
    public var name: String
    public var fixed: String
    /// The module stream of Enterprise Linux, `nodejs:18`; empty for none.
    public var stream: String

    public init(ecosystem: Ecosystem, name: String, fixed: String, stream: String = "") {
        self.ecosystem = ecosystem
        self.name = name
        self.fixed = fixed
        self.stream = stream
    }
}
