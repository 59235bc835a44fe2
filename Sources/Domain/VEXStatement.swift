import FoundationEssentials

/// What somebody who knows a product says of a vulnerability in it (Vulnerability Exploitability eXchange).
public struct VEXStatement: Sendable, Hashable, Codable {
    /// The vulnerability's id and its other names.
    public var vulnerabilities: [String]
    /// Empty: of nothing that could be matched.
    public var products: [VEXProduct]
    public var status: VEXStatus
    /// Why it is not affected, as a label: `component_not_present`.
    public var justification: String?
    /// The same in words.
    public var impact: String?
    /// What to do about it, where it is affected.
    public var action: String?
    public var author: String
    public var date: Date?
    /// The document's id.
    public var document: String

    public init(
        vulnerabilities: [String], products: [VEXProduct], status: VEXStatus, justification: String? = nil,
        impact: String? = nil, action: String? = nil, author: String = "", date: Date? = nil, document: String = ""
    ) {
        self.vulnerabilities = vulnerabilities
        self.products = products
        self.status = status
        self.justification = justification
        self.impact = impact
        self.action = action
        self.author = author
        self.date = date
        self.document = document
    }

    /// Whether it takes a finding out of sight: "not affected" does with a reason, as OpenVEX and CSAF ask for one.
    public var hidesFindings: Bool {
        switch status {
        case .notAffected: reason != nil
        case .fixed: true
        case .affected, .underInvestigation: false
        }
    }

    /// Why it is not affected, the label before the words.
    public var reason: String? { [justification, impact].compactMap { $0 }.first { !$0.isEmpty } }
}

/// A document of statements.
public struct VEXDocument: Sendable, Hashable {
    public enum Format: String, Sendable, CaseIterable {
        case openVEX = "openvex"
        case csaf
    }

    public var format: Format
    /// What its publisher calls it; all its editions have the same.
    public var id: String
    public var author: String
    /// When this edition was issued.
    public var date: Date?
    public var statements: [VEXStatement]

    public init(format: Format, id: String, author: String, date: Date?, statements: [VEXStatement]) {
        self.format = format
        self.id = id
        self.author = author
        self.date = date
        self.statements = statements
    }
}

/// The states of OpenVEX; CSAF's are read as these.
public enum VEXStatus: String, Sendable, Codable, CaseIterable {
    case notAffected = "not_affected"
    case affected
    case fixed
    case underInvestigation = "under_investigation"
}

/// What a statement is of: a component, and what it is in where that is said.
public struct VEXProduct: Sendable, Hashable, Codable {
    public var component: VEXIdentity
    /// The host, image or system that the component is in; nil: wherever it is.
    public var container: VEXIdentity?

    public init(component: VEXIdentity, container: VEXIdentity? = nil) {
        self.component = component
        self.container = container
    }
}

/// The names under which a product is known.
public struct VEXIdentity: Sendable, Hashable, Codable {
    /// As the document names it: a package URL, a host's name, any text.
    public var id: String
    public var cpe: String?
    /// The package that its package URL stands for; an empty version is any.
    public var package: InstalledPackage?
    /// The distribution that the URL names: `debian`, `redhat`.
    public var family: String?

    public init(id: String, cpe: String? = nil, package: InstalledPackage? = nil, family: String? = nil) {
        self.id = id
        self.cpe = cpe
        self.package = package
        self.family = family
    }
}
