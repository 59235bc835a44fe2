import Domain

/// What one publisher says within a CVE record.
struct CVEContainer {
    private(set) var title = ""
    private(set) var details = ""
    private(set) var vectors: [String] = []
    private(set) var references: [String] = []
    private(set) var packages: [AffectedPackage] = []
    /// Products by their CPE names, and those whose vendor and name are told in words.
    private(set) var named: [ProductRange] = []
    private(set) var worded: [ProductRange] = []
    private(set) var configurations = NVDConfigurations()
    private(set) var unnamedProducts = 0
    private(set) var ssvc = SSVCDraft()

    private static let referencesKept = 64

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "title": title = try reader.string()
        // A rejected record has reasons in place of a description.
        case "descriptions", "rejectedReasons": try reader.array { try takeDescription(reader) }
        case "metrics": try reader.array { try takeMetric(reader) }
        case "references":
            try reader.array {
                try reader.object { key in
                    guard key == "url", references.count < Self.referencesKept else { return }
                    let url = try reader.string()
                    if !references.contains(url) { references.append(url) }
                }
            }
        case "affected":
            try reader.array {
                var product = CVEProduct()
                try reader.object { try product.take($0, reader) }
                if let package = product.package { return packages.append(package) }
                let (named, worded) = (product.named, product.worded)
                self.named += named
                self.worded += worded
                if named.isEmpty, worded.isEmpty { unnamedProducts += 1 }
            }
        // Of version 5.1 of the format, in NVD's form.
        case "cpeApplicability": try configurations.take(reader)
        default: break
        }
    }

    private mutating func takeDescription(_ reader: JSONReader) throws {
        var language = ""
        var value = ""
        try reader.object { key in
            if key == "lang" { language = try reader.string() }
            if key == "value" { value = try reader.string() }
        }
        // `en`, `en-US`, `eng` are all in use.
        if details.isEmpty || language.lowercased().hasPrefix("en") { details = value }
    }

    private mutating func takeMetric(_ reader: JSONReader) throws {
        try reader.object { key in
            if key.hasPrefix("cvssV") {
                try reader.object { key in
                    if key == "vectorString" { vectors.append(try reader.string()) }
                }
            } else if key == "other" {
                try ssvc.take(reader)
            }
        }
    }
}

/// A metric of type `ssvc` while it is being read.
struct SSVCDraft {
    private(set) var assessment: SSVCAssessment?

    mutating func take(_ reader: JSONReader) throws {
        var type = ""
        var options: [String: String] = [:]
        var moment: String?
        try reader.object { key in
            if key == "type" { type = try reader.string() }
            guard key == "content", try reader.peek() == .object else { return }
            try reader.object { key in
                if key == "timestamp" { moment = try reader.stringOrSkip() }
                guard key == "options", try reader.peek() == .array else { return }
                try reader.array {
                    guard try reader.peek() == .object else { return }
                    try reader.object { options[$0.lowercased()] = try reader.stringOrSkip()?.lowercased() }
                }
            }
        }
        guard type.lowercased() == "ssvc",
            let exploitation = options["exploitation"].flatMap(SSVCAssessment.Exploitation.init(rawValue:)),
            let impact = options["technical impact"].flatMap(SSVCAssessment.TechnicalImpact.init(rawValue:)),
            let automatable = options["automatable"], automatable == "yes" || automatable == "no"
        else { return }
        assessment = SSVCAssessment(
            exploitation: exploitation, automatable: automatable == "yes", technicalImpact: impact,
            assessed: moment.flatMap(Timestamp.parse))
    }
}
