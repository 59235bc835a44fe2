import Domain

/// One element of a product's `versions` in a CVE record.
struct CVEVersion {
    private(set) var version = ""
    private var status = ""
    private var type = ""
    private var lessThan: String?
    private var lessThanOrEqual: String?

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "version": version = try reader.string()
        case "status": status = try reader.string()
        case "versionType": type = try reader.string()
        case "lessThan": lessThan = try reader.string()
        case "lessThanOrEqual": lessThanOrEqual = try reader.string()
        default: break
        }
    }

    /// Commits are no versions that anything is installed by.
    var isAffected: Bool { status == "affected" && type != "git" && !version.isEmpty }

    /// What is meant; nil where it is said in words.
    var bounds: CVEBounds? {
        if let comparisons = CVEBounds(comparisons: version) { return comparisons }
        let isNumber = version.contains(where: \.isNumber)
        var bounds = CVEBounds(startIncluding: isNumber && version != "0" ? version : nil)
        if let end = lessThan ?? lessThanOrEqual, !Self.isBound(end) {
            // “publication” and other words in place of an end say nothing.
            return end == "*" ? bounds : nil
        }
        if let end = lessThan {
            bounds.endExcluding = end
            // What ends where it begins, as Chrome's, begins at the first version.
            if bounds.endExcluding == bounds.startIncluding { bounds.startIncluding = nil }
        } else if let end = lessThanOrEqual {
            bounds.endIncluding = end
        } else if isNumber, !version.contains(where: \.isWhitespace) {
            bounds = CVEBounds(startIncluding: version, endIncluding: version)
        } else if !Self.everything.contains(version.lowercased()) {
            return nil
        }
        return bounds
    }

    private static let everything: Set<String> = ["*", "all", "all versions"]

    private static func isBound(_ text: String) -> Bool { text.contains(where: \.isNumber) }
}

/// The versions that an element means; nil bounds are none.
struct CVEBounds: Equatable {
    var startIncluding: String?
    var startExcluding: String?
    var endIncluding: String?
    var endExcluding: String?

    init(startIncluding: String? = nil, endIncluding: String? = nil) {
        self.startIncluding = startIncluding
        self.endIncluding = endIncluding
    }

    /// `>= 1.2, < 1.4.2`, as GitHub writes them; nil for what is no list of comparisons.
    init?(comparisons text: String) {
        for part in text.split(separator: ",") {
            let words = part.drop(while: \.isWhitespace)
            let sign = words.prefix { "<>=".contains($0) }
            let version = words.dropFirst(sign.count).split(whereSeparator: \.isWhitespace).map(String.init)
            guard version.count == 1, version[0].contains(where: \.isNumber) else { return nil }
            switch sign {
            case "<": endExcluding = version[0]
            case "<=": endIncluding = version[0]
            case ">": startExcluding = version[0]
            case ">=": startIncluding = version[0]
            case "=", "==": (startIncluding, endIncluding) = (version[0], version[0])
            default: return nil
            }
        }
        if self == CVEBounds() { return nil }
    }

    /// The version alone that is meant, if it is one.
    var version: String? { startIncluding != nil && startIncluding == endIncluding ? startIncluding : nil }

    /// Nil where the form has no place for it: a start that is not among them.
    var range: VersionRange? {
        guard startExcluding == nil else { return nil }
        return VersionRange(introduced: startIncluding ?? "0", fixed: endExcluding, lastAffected: endIncluding)
    }
}
