import Domain
import FoundationEssentials

/// A CVE record while its keys are being read.
struct CVEDraft {
    private(set) var id = ""
    private var state = ""
    private var published: Date?
    private var modified: Date?
    private var isRecord = false
    private var cna = CVEContainer()
    private var others: [CVEContainer] = []

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "dataType": isRecord = try reader.string() == "CVE_RECORD"
        case "cveMetadata": try reader.object { try takeMetadata($0, reader) }
        case "containers":
            try reader.object { key in
                if key == "cna" { try reader.object { try cna.take($0, reader) } }
                guard key == "adp" else { return }
                try reader.array {
                    var container = CVEContainer()
                    try reader.object { try container.take($0, reader) }
                    others.append(container)
                }
            }
        default: break
        }
    }

    private mutating func takeMetadata(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "cveId": id = try reader.string()
        case "state": state = try reader.string()
        case "datePublished": published = Timestamp.parse(try reader.string())
        case "dateUpdated": modified = Timestamp.parse(try reader.string())
        default: break
        }
    }

    private var containers: [CVEContainer] { [cna] + others }

    var invalidVectors: Int { vectors.invalid }
    var unnamedProducts: Int { containers.reduce(0) { $0 + $1.unnamedProducts } }

    /// Whoever assigned the id scores first; others score what it left open.
    private var vectors: VectorChoice {
        var choice = VectorChoice()
        for vector in cna.vectors { choice.offer(vector, isOwn: true) }
        if choice.best != nil { return choice }
        for vector in others.flatMap(\.vectors) { choice.offer(vector, isOwn: false) }
        return choice
    }

    var parsed: ParsedRecord {
        guard isRecord, let cve = CVE.id(id) else { return .rejected(id, "it is no CVE record with a CVE id") }
        guard state == "PUBLISHED" || state == "REJECTED" else {
            return .rejected(cve, "its state is neither PUBLISHED nor REJECTED")
        }
        let best = vectors.best
        let record = VulnerabilityRecord(
            id: cve, source: .cve, title: cna.title, details: cna.details, vector: best?.vector, score: best?.score,
            published: published, modified: modified, isRejected: state == "REJECTED", references: cna.references,
            ssvc: containers.lazy.compactMap(\.ssvc.assessment).first)
        return .accepted(.vulnerability(record), modified: modified)
    }

    /// What it says of packages and products; nil where it says nothing of any.
    var advisory: Advisory? {
        guard state == "PUBLISHED", let cve = CVE.id(id) else { return nil }
        let packages = containers.flatMap(\.packages)
        let applicability = self.applicability
        if packages.isEmpty, applicability.isEmpty { return nil }
        return Advisory(
            id: cve, source: .cve, vulnerabilities: [cve], title: cna.title, details: cna.details,
            vectors: vectors.best.map { [$0.vector] } ?? [], published: published, modified: modified,
            affected: packages, applicability: applicability, references: cna.references)
    }

    /// By the configurations that the record has, else by CPE names, else by words. A name without any bound, as CISA
    /// gives where it does not look into versions, says less than words with bounds.
    private var applicability: [Applicability] {
        let configurations = containers.flatMap(\.configurations.list)
        if !configurations.isEmpty { return configurations }
        let (named, worded) = (containers.flatMap(\.named), containers.flatMap(\.worded))
        let forms = [named.filter(\.isBounded), worded.filter(\.isBounded), named, worded]
        guard let products = forms.first(where: { !$0.isEmpty }) else { return [] }
        return [Applicability(nodes: [Applicability.Node(products: Self.distinct(products))])]
    }

    private static func distinct(_ products: [ProductRange]) -> [ProductRange] {
        var seen = Set<ProductRange>()
        return products.filter { seen.insert($0).inserted }
    }
}

extension ProductRange {
    fileprivate var isBounded: Bool {
        startIncluding != nil || startExcluding != nil || endIncluding != nil || endExcluding != nil
    }
}
