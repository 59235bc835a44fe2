import Domain
import Versions

/// What no record of a feed can have, whoever publishes it: text without end, ids that are no text, ranges that
/// end before they begin. Such a record is left out, and the one that was loaded before stays.
enum RecordBounds {
    private static let id = 256
    private static let name = 512
    private static let version = 1024
    private static let title = 4096
    private static let text = 1 << 20
    private static let packages = 200_000
    private static let parts = 20_000
    private static let links = 10_000

    /// The record's id and what is wrong with it; nil where nothing is.
    static func fault(of record: IntelligenceRecord) -> (id: String, reason: String)? {
        switch record {
        case .advisory(let advisory): fault(of: advisory).map { (advisory.id, $0) }
        case .vulnerability(let vulnerability): fault(of: vulnerability).map { (vulnerability.id, $0) }
        case .knownExploited(let entry):
            (excess("the name", entry.name, title) ?? excess("the required action", entry.requiredAction, text))
                .map { (entry.cve, $0) }
        case .patch(let patch): fault(of: patch).map { (patch.id, $0) }
        case .exploitPrediction, .exploits: nil
        }
    }

    private static func fault(of patch: Patch) -> String? {
        let lists = [patch.supersedes, patch.builds, patch.products, patch.vulnerabilities]
        if lists.contains(where: { $0.count > parts }) { return "a list of it has more than \(parts) entries" }
        return unusable("id", patch.id, id) ?? excess("the title", patch.title, title)
    }

    private static func fault(of record: VulnerabilityRecord) -> String? {
        unusable("id", record.id, id) ?? excess("the title", record.title, title)
            ?? excess("the description", record.details, text)
    }

    private static func fault(of advisory: Advisory) -> String? {
        if let fault = unusable("id", advisory.id, id) ?? excess("the title", advisory.title, title)
            ?? excess("the description", advisory.details, text)
        {
            return fault
        }
        if advisory.affected.count > packages { return "it names more than \(packages) packages" }
        if advisory.vulnerabilities.count > links { return "it names more than \(links) vulnerabilities" }
        if advisory.vectors.count > 64 { return "it has more than 64 vectors" }
        return advisory.vulnerabilities.lazy.compactMap { unusable("vulnerability's id", $0, id) }.first
            ?? advisory.affected.lazy.compactMap { fault(of: $0) }.first
    }

    private static func fault(of package: AffectedPackage) -> String? {
        if let fault = unusable("package's name", package.name, name)
            ?? unusable("package's ecosystem", package.ecosystem.description, id)
        {
            return fault
        }
        if package.ranges.count > parts || package.versions.count > parts {
            return "\(package.name) has more than \(parts) ranges or versions"
        }
        return package.ranges.lazy.compactMap { fault(of: $0, package) }.first
            ?? package.versions.lazy.compactMap { excess("a version of \(package.name)", $0, version) }.first
    }

    private static func fault(of range: VersionRange, _ package: AffectedPackage) -> String? {
        for bound in [range.introduced, range.fixed, range.lastAffected] {
            if let bound, let fault = excess("a version of \(package.name)", bound, version) { return fault }
        }
        guard let start = range.introduced, start != "0", let end = range.fixed ?? range.lastAffected, end != start,
            Versions.compare(start, end, scheme: package.ecosystem.scheme) == .greater
        else { return nil }
        return "a range of \(package.name) ends at \(end.prefix(40)), before it begins at \(start.prefix(40))"
    }

    private static func unusable(_ field: String, _ value: String, _ most: Int) -> String? {
        if value.isEmpty { return "a \(field) is empty" }
        if value.unicodeScalars.contains("\u{FFFD}") { return "a \(field) is no valid UTF-8" }
        return excess("a \(field)", value, most)
    }

    private static func excess(_ field: String, _ value: String, _ most: Int) -> String? {
        value.utf8.count > most ? "\(field) has \(value.utf8.count) bytes, of at most \(most)" : nil
    }
}
