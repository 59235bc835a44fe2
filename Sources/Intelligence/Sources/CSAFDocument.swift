import Domain
import FoundationEssentials

/// A CSAF 2.0 document while its keys are being read.
struct CSAFDocument {
    private(set) var id = ""
    private(set) var title = ""
    private(set) var severity: Severity?
    private(set) var published: Date?
    private(set) var modified: Date?
    private(set) var isWithdrawn = false
    private(set) var products = RedHatProducts()
    private(set) var vulnerabilities: [CSAFVulnerability] = []

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "document": try reader.object { try takeMetadata($0, reader) }
        case "product_tree": try reader.object { try products.take($0, reader) }
        case "vulnerabilities":
            try reader.array {
                var vulnerability = CSAFVulnerability()
                try reader.object { try vulnerability.take($0, reader) }
                vulnerabilities.append(vulnerability)
            }
        default: break
        }
    }

    private mutating func takeMetadata(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "title": title = try reader.string()
        case "aggregate_severity":
            try reader.object { key in
                if key == "text" { severity = OSVSeverity.parse(try reader.string()) }
            }
        case "tracking": try reader.object { try takeTracking($0, reader) }
        default: break
        }
    }

    private mutating func takeTracking(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "id": id = try reader.string()
        case "initial_release_date": published = Timestamp.parse(try reader.string())
        case "current_release_date": modified = Timestamp.parse(try reader.string())
        case "status": isWithdrawn = try reader.string() == "withdrawn"
        default: break
        }
    }
}

/// One element of a document's `vulnerabilities`.
struct CSAFVulnerability {
    /// Product statuses that are used here.
    enum Status: String, CaseIterable {
        case fixed
        case affected = "known_affected"
        case notAffected = "known_not_affected"
        case underInvestigation = "under_investigation"
    }

    private(set) var cve = ""
    private(set) var title = ""
    private(set) var details = ""
    private(set) var severity: Severity?
    private(set) var vectors: [String] = []
    private(set) var references: [String] = []
    private(set) var products: [Status: [String]] = [:]
    /// What is planned for an affected product: the category with the publisher's words.
    private(set) var plans: [String: (category: String, details: String)] = [:]

    private static let referencesKept = 64

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "cve": cve = try reader.string()
        case "title": title = try reader.string()
        case "notes": try reader.array { try takeNote(reader) }
        case "product_status":
            try reader.object { key in
                guard let status = Status(rawValue: key) else { return }
                products[status, default: []] += try OSVDraft.strings(reader)
            }
        case "remediations": try reader.array { try takeRemediation(reader) }
        case "references":
            try reader.array {
                try reader.object { key in
                    if key == "url", references.count < Self.referencesKept { references.append(try reader.string()) }
                }
            }
        case "scores": try reader.array { try takeScore(reader) }
        case "threats": try reader.array { try takeThreat(reader) }
        default: break
        }
    }

    private mutating func takeNote(_ reader: JSONReader) throws {
        var category = ""
        var text = ""
        try reader.object { key in
            if key == "category" { category = try reader.string() }
            if key == "text" { text = try reader.string() }
        }
        if category == "summary", title.isEmpty { title = text }
        if category == "description" { details = text }
    }

    private mutating func takeRemediation(_ reader: JSONReader) throws {
        var category = ""
        var details = ""
        var ids: [String] = []
        try reader.object { key in
            switch key {
            case "category": category = try reader.string()
            case "details": details = try reader.string()
            case "product_ids": ids = try OSVDraft.strings(reader)
            default: break
            }
        }
        // A workaround says nothing of whether a fix will come.
        guard category == "no_fix_planned" || category == "none_available" else { return }
        for id in ids { plans[id] = (category, details) }
    }

    private mutating func takeScore(_ reader: JSONReader) throws {
        try reader.object { key in
            guard key.hasPrefix("cvss_v") else { return }
            try reader.object { key in
                guard key == "vectorString" else { return }
                let vector = try reader.string()
                if !vectors.contains(vector) { vectors.append(vector) }
            }
        }
    }

    private mutating func takeThreat(_ reader: JSONReader) throws {
        var isImpact = false
        var details = ""
        try reader.object { key in
            if key == "category" { isImpact = try reader.string() == "impact" }
            if key == "details" { details = try reader.string() }
        }
        guard isImpact, let word = OSVSeverity.parse(details) else { return }
        severity = max(severity ?? word, word)
    }
}
