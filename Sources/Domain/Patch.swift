import FoundationEssentials

public typealias PatchID = Identifier<Patch>

/// What a patch is; it tells how it is installed.
public enum PatchKind: String, Sendable, Codable, CaseIterable {
    case windowsUpdate = "windows_update"
    /// Packages of a Linux distribution.
    case distributionUpdate = "distribution_update"
    /// A release of one of Apple's systems.
    case appleRelease = "apple_release"
    case application

    /// For pages.
    public var label: String {
        switch self {
        case .windowsUpdate: "Windows update"
        case .distributionUpdate: "Distribution update"
        case .appleRelease: "Apple release"
        case .application: "Application"
        }
    }
}

/// An update that a vendor ships by a number of its own: a Microsoft knowledge-base article.
public struct Patch: Sendable, Hashable, Codable {
    /// `KB5034127`.
    public var id: String
    public var source: IntelligenceSource
    public var title: String
    public var severity: Severity?
    public var released: Date?
    /// Whether it wants a restart; "maybe" counts as yes.
    public var needsRestart: Bool
    /// Where it can be had.
    public var link: String?
    /// The updates that it takes the place of, as it says; they may be unknown here, and they may name each other.
    public var supersedes: [String]
    /// The versions of Windows that it makes: `10.0.17763.5329`.
    public var builds: [String]
    public var products: [String]
    public var vulnerabilities: [String]
    /// Whether it updates what installs updates: on its products it comes before those that are published after it.
    public var isServicingStack: Bool

    public init(
        id: String, source: IntelligenceSource, title: String = "", severity: Severity? = nil, released: Date? = nil,
        needsRestart: Bool = false, link: String? = nil, supersedes: [String] = [], builds: [String] = [],
        products: [String] = [], vulnerabilities: [String] = [], isServicingStack: Bool = false
    ) {
        self.id = id
        self.source = source
        self.title = title
        self.severity = severity
        self.released = released
        self.needsRestart = needsRestart
        self.link = link
        self.supersedes = supersedes
        self.builds = builds
        self.products = products
        self.vulnerabilities = vulnerabilities
        self.isServicingStack = isServicingStack
    }
}
