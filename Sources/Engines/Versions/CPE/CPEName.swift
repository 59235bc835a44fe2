/// A CPE 2.3 name in well-formed form: eleven attributes (NISTIR 7695).
public struct CPEName: Sendable, Hashable {
    /// `a` an application, `o` an operating system, `h` hardware.
    public var part: CPEAttribute
    public var vendor: CPEAttribute
    public var product: CPEAttribute
    public var version: CPEAttribute
    /// Service packs, release candidates: `sp1`, `rc2`.
    public var update: CPEAttribute
    /// The deprecated edition of CPE 2.2.
    public var edition: CPEAttribute
    /// An RFC 5646 language tag.
    public var language: CPEAttribute
    public var softwareEdition: CPEAttribute
    /// What it runs on: `wordpress`, `android`, `node.js`.
    public var targetSoftware: CPEAttribute
    /// The instruction set: `x64`.
    public var targetHardware: CPEAttribute
    public var other: CPEAttribute

    /// A name of the given attributes; those left out are ANY.
    public init(
        part: CPEAttribute = .any, vendor: CPEAttribute = .any, product: CPEAttribute = .any,
        version: CPEAttribute = .any, update: CPEAttribute = .any, edition: CPEAttribute = .any,
        language: CPEAttribute = .any, softwareEdition: CPEAttribute = .any, targetSoftware: CPEAttribute = .any,
        targetHardware: CPEAttribute = .any, other: CPEAttribute = .any
    ) {
        self.part = part
        self.vendor = vendor
        self.product = product
        self.version = version
        self.update = update
        self.edition = edition
        self.language = language
        self.softwareEdition = softwareEdition
        self.targetSoftware = targetSoftware
        self.targetHardware = targetHardware
        self.other = other
    }

    /// Reads a formatted string (`cpe:2.3:a:…`) or a URI (`cpe:/a:…`).
    public init(parsing text: String) throws(VersionError) {
        if text.lowercased().hasPrefix("cpe:2.3:") {
            self = try CPEFormattedString.unbind(text)
        } else if text.lowercased().hasPrefix("cpe:/") {
            self = try CPEURI.unbind(text)
        } else {
            throw .malformedCPE(text, reason: "it starts with neither “cpe:2.3:” nor “cpe:/”")
        }
    }

    /// The eleven attributes in the order of the formatted string.
    public var attributes: [CPEAttribute] {
        [
            part, vendor, product, version, update, edition, language, softwareEdition, targetSoftware, targetHardware,
            other,
        ]
    }

    /// How this name (the source) stands to `target`, after NISTIR 7696 section 6.2; nil where
    /// the attributes point in different directions or are undefined.
    public func relation(to target: CPEName) -> CPERelation? {
        let relations = zip(attributes, target.attributes).map { $0.relation(to: $1) }
        if relations.contains(.disjoint) { return .disjoint }
        if relations.contains(nil) { return nil }
        if relations.allSatisfy({ $0 == .equal }) { return .equal }
        if relations.allSatisfy({ $0 == .equal || $0 == .subset }) { return .subset }
        return relations.contains(.subset) ? nil : .superset
    }
}
