import FoundationEssentials

/// Why a finding is set aside.
public enum ExceptionKind: String, Sendable, Codable, CaseIterable {
    /// The match is wrong.
    case falsePositive = "false_positive"
    /// There will be no fix.
    case wontFix = "wont_fix"
    /// The risk is taken.
    case accepted
    /// Something else keeps it from being exploited.
    case mitigated
}

/// Which findings an exception covers: a vulnerability, a package or one in the other, on one
/// endpoint, on those with a tag, or on all.
public struct ExceptionScope: Sendable, Hashable {
    /// The vulnerability's id in the catalogue.
    public var vulnerability: UUID?
    /// A binary package's name or its source's.
    public var package: String?
    public var endpoint: UUID?
    public var tag: String?

    public init(vulnerability: UUID? = nil, package: String? = nil, endpoint: UUID? = nil, tag: String? = nil) {
        self.vulnerability = vulnerability
        self.package = package
        self.endpoint = endpoint
        self.tag = tag
    }

    /// Whether the endpoint is in it, whatever the finding.
    public func covers(endpoint: UUID?, tags: [String]) -> Bool {
        if let named = self.endpoint, named != endpoint { return false }
        return tag.map(tags.contains) ?? true
    }

    /// Whether the finding is in it, on an endpoint that is.
    public func covers(vulnerability: UUID, packages: [String], source: String) -> Bool {
        if let named = self.vulnerability, named != vulnerability { return false }
        return package.map { packages.contains($0) || $0 == source } ?? true
    }
}
