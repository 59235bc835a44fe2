import Domain

/// A document's product tree: what its ids stand for. Products are told by their CPE names, packages by their
/// purls, and relationships put one into the other.
struct RedHatProducts {
    static let extended = "packages of extended support streams"
    static let layered = "packages of layered products"
    static let other = "components that are no rpm package"
    static let debug = "debug packages"

    /// Why the document has too many entries to be right; nil where it has not.
    var excess: String? {
        count > Self.most ? "its product tree has more than \(Self.most) entries" : nil
    }

    /// Red Hat's largest document, on a flaw of the kernel, has some 100,000.
    private static let most = 1_000_000
    private static let deepest = 32

    private var cpes: [String: String] = [:]
    private var packages: [String: RedHatPackage] = [:]
    private var places: [String: (component: String, product: String)] = [:]
    private var count = 0

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "branches": try takeBranches(reader, depth: 0)
        case "full_product_names": try reader.array { try takeProduct(reader) }
        case "relationships": try reader.array { try takeRelationship(reader) }
        default: break
        }
    }

    private mutating func takeBranches(_ reader: JSONReader, depth: Int) throws {
        // What is deeper names nothing that is used; the reader skips it without recursion.
        guard depth < Self.deepest else { return }
        try reader.array {
            try reader.object { key in
                if key == "product" { try takeProduct(reader) }
                if key == "branches" { try takeBranches(reader, depth: depth + 1) }
            }
        }
    }

    private mutating func takeProduct(_ reader: JSONReader) throws {
        var id = ""
        var cpe: String?
        var purl: String?
        try reader.object { key in
            switch key {
            case "product_id": id = try reader.string()
            case "product_identification_helper":
                try reader.object { key in
                    if key == "cpe" { cpe = try reader.string() }
                    if key == "purl" { purl = try reader.string() }
                }
            default: break
            }
        }
        count += 1
        guard count <= Self.most, !id.isEmpty else { return }
        if let cpe { cpes[id] = cpe }
        if let package = purl.flatMap(RedHatPackage.init(purl:)) { packages[id] = package }
    }

    private mutating func takeRelationship(_ reader: JSONReader) throws {
        var id = ""
        var component = ""
        var product = ""
        try reader.object { key in
            switch key {
            case "product_reference": component = try reader.string()
            case "relates_to_product_reference": product = try reader.string()
            case "full_product_name":
                try reader.object { key in
                    if key == "product_id" { id = try reader.string() }
                }
            default: break
            }
        }
        count += 1
        if count <= Self.most { places[id] = (component, product) }
    }

    /// What an id stands for: a package and the release that it is of, or what it is that is no such thing.
    func resolve(_ id: String) -> Result<(ecosystem: Ecosystem, package: RedHatPackage), SetAside> {
        let place = places[id] ?? Self.parts(id)
        guard let place, let cpe = cpes[place.product] else { return .failure(SetAside(part: Self.other)) }
        guard let release = Self.release(cpe) else {
            let isExtended = Self.extendedProducts.contains { cpe.contains(":redhat:\($0):") }
            return .failure(SetAside(part: isExtended ? Self.extended : Self.layered))
        }
        guard let package = packages[place.component] else { return .failure(SetAside(part: Self.other)) }
        if package.isDebug { return .failure(SetAside(part: Self.debug)) }
        return .success((Ecosystem(family: "redhat", release: release), package))
    }

    /// A part of a document that is counted and not used.
    struct SetAside: Error {
        let part: String
    }

    /// An id without a relationship: product and component with a colon between them.
    private static func parts(_ id: String) -> (component: String, product: String)? {
        guard let colon = id.firstIndex(of: ":") else { return nil }
        return (String(id[id.index(after: colon)...]), String(id[..<colon]))
    }

    /// The release of Enterprise Linux that a CPE name stands for: `cpe:/a:redhat:enterprise_linux:9::appstream`.
    private static func release(_ cpe: String) -> String? {
        let parts = cpe.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 4, parts[2] == "redhat", mainline.contains(String(parts[3])),
            let major = parts[4].split(separator: ".").first, !major.isEmpty, major.utf8.allSatisfy(JSONByte.isDigit)
        else { return nil }
        return String(major)
    }

    private static let mainline: Set<String> = ["enterprise_linux", "rhel_extras"]

    private static let extendedProducts = [
        "rhel_eus", "rhel_aus", "rhel_e4s", "rhel_tus", "rhel_els", "rhel_eus_long_life", "rhel_mission_critical",
    ]
}
