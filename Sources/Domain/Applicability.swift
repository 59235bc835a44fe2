/// One configuration of NVD: which products, in which versions, running on what, are vulnerable.
/// A record with several configurations is vulnerable under any of them.
/// https://nvd.nist.gov/developers/vulnerabilities, "configurations"
public struct Applicability: Sendable, Hashable, Codable {
    /// How the parts of a configuration, or of a node, go together.
    public enum Operator: String, Sendable, Codable {
        case and = "AND"
        case or = "OR"
    }

    /// A group of products.
    public struct Node: Sendable, Hashable, Codable {
        public var `operator`: Operator
        /// The group holds when its products do not.
        public var isNegated: Bool
        public var products: [ProductRange]

        public init(operator: Operator = .or, isNegated: Bool = false, products: [ProductRange]) {
            self.operator = `operator`
            self.isNegated = isNegated
            self.products = products
        }

        enum CodingKeys: String, CodingKey {
            case `operator`
            case isNegated = "negate"
            case products = "cpeMatch"
        }
    }

    /// AND: the product of one node running on that of another.
    public var `operator`: Operator
    public var isNegated: Bool
    public var nodes: [Node]

    public init(operator: Operator = .or, isNegated: Bool = false, nodes: [Node]) {
        self.operator = `operator`
        self.isNegated = isNegated
        self.nodes = nodes
    }

    enum CodingKeys: String, CodingKey {
        case `operator`, nodes
        case isNegated = "negate"
    }
}

/// A CPE 2.3 name and the versions of it that are meant.
public struct ProductRange: Sendable, Hashable, Codable {
    /// The name as published, a formatted string: `cpe:2.3:a:docker:desktop:*:*:*:*:*:macos:*:*`.
    /// Its version counts when there are no bounds.
    public var criteria: String
    /// False: a condition, such as the system it runs on, and no finding by itself.
    public var isVulnerable: Bool
    public var startIncluding: String?
    public var startExcluding: String?
    public var endIncluding: String?
    public var endExcluding: String?

    public init(
        criteria: String, isVulnerable: Bool = true, startIncluding: String? = nil, startExcluding: String? = nil,
        endIncluding: String? = nil, endExcluding: String? = nil
    ) {
        self.criteria = criteria
        self.isVulnerable = isVulnerable
        self.startIncluding = startIncluding
        self.startExcluding = startExcluding
        self.endIncluding = endIncluding
        self.endExcluding = endExcluding
    }

    /// The last field of a name that was made of a vendor's and a product's words: it matches, and adds nothing to
    /// the names by which software is identified.
    public static let wordsAlone = "words"

    /// NVD's own names.
    enum CodingKeys: String, CodingKey {
        case criteria
        case isVulnerable = "vulnerable"
        case startIncluding = "versionStartIncluding"
        case startExcluding = "versionStartExcluding"
        case endIncluding = "versionEndIncluding"
        case endExcluding = "versionEndExcluding"
    }
}
