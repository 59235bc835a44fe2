import Domain
import FoundationEssentials
import Postgres
import Risk

/// A batch of records turned into columns, as `unnest` takes them.
struct StageColumns {
    /// What the list of sources calls the feed; nil: as the source of each record.
    let feed: String?
    private var advisories: [Advisory] = []
    private var packages: [PackageRow] = []
    private var vulnerabilities: [VulnerabilityRecord] = []
    private var exploited: [KnownExploited] = []
    private var predictions: [ExploitPrediction] = []
    private var exploits: [ExploitList] = []
    private var patches: [Patch] = []

    init(feed: String?) { self.feed = feed }

    private struct PackageRow {
        let advisory: Advisory
        let package: AffectedPackage
        let range: VersionRange?
    }

    mutating func append(_ record: IntelligenceRecord) {
        switch record {
        case .advisory(let advisory):
            advisories.append(advisory)
            for package in advisory.affected {
                if package.ranges.isEmpty {
                    packages.append(PackageRow(advisory: advisory, package: package, range: nil))
                }
                for range in package.ranges {
                    packages.append(PackageRow(advisory: advisory, package: package, range: range))
                }
            }
        case .vulnerability(let vulnerability): vulnerabilities.append(vulnerability)
        case .knownExploited(let entry): exploited.append(entry)
        case .exploitPrediction(let prediction): predictions.append(prediction)
        case .exploits(let list): exploits.append(list)
        case .patch(let patch): patches.append(patch)
        }
    }

    var statements: [Statement] {
        var statements: [Statement] = []
        if !advisories.isEmpty { statements.append(advisoryStatement) }
        if !packages.isEmpty { statements.append(packageStatement) }
        if !vulnerabilities.isEmpty { statements.append(vulnerabilityStatement) }
        if !exploited.isEmpty { statements.append(exploitedStatement) }
        if !predictions.isEmpty { statements.append(predictionStatement) }
        if !exploits.isEmpty { statements.append(exploitStatement) }
        if !patches.isEmpty { statements.append(PatchMerge.staging(patches)) }
        return statements
    }

    private var advisoryStatement: Statement {
        Statement(
            """
            INSERT INTO stage_advisories
              (source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities, vectors,
               applicability, feed)
            SELECT source, advisory_id, title, severity, published,
              CASE WHEN modified > now() THEN now() ELSE modified END, withdrawn,
              string_to_array(vulnerabilities, E'\\n'), string_to_array(vectors, E'\\n'), applicability,
              coalesce($11, source)
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
              $7::timestamptz[], $8::text[], $9::text[], $10::text[])
              AS r (source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities, vectors,
                applicability)
            """,
            [
                .textArray(advisories.map(\.source.rawValue)), .textArray(advisories.map { StoredText.clean($0.id) }),
                .textArray(
                    advisories.map { StoredText.clean($0.title.isEmpty ? String($0.details.prefix(200)) : $0.title) }),
                .textArray(advisories.map { ($0.severity ?? Self.severity($0.vectors))?.rawValue }),
                .timestamptzArray(advisories.map(\.published)), .timestamptzArray(advisories.map(\.modified)),
                .timestamptzArray(advisories.map(\.withdrawn)),
                .textArray(advisories.map { Self.lines($0.vulnerabilities) }),
                .textArray(advisories.map { Self.lines($0.vectors) }),
                .textArray(
                    advisories.map { advisory in
                        advisory.applicability.isEmpty ? nil : ApplicabilityText.encode(advisory.applicability)
                    }),
                .of(feed),
            ])
    }

    private var packageStatement: Statement {
        Statement(
            """
            INSERT INTO stage_packages
              (source, advisory_id, ecosystem, name, introduced, fixed, last_affected, versions, state, note, urgency)
            SELECT source, advisory_id, ecosystem, name, introduced, fixed, last_affected,
              string_to_array(versions, E'\\n'), state, note, urgency
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[])
              AS r (source, advisory_id, ecosystem, name, introduced, fixed, last_affected, versions, state, note,
                urgency)
            """,
            [
                .textArray(packages.map(\.advisory.source.rawValue)),
                .textArray(packages.map { StoredText.clean($0.advisory.id) }),
                .textArray(packages.map { StoredText.clean($0.package.ecosystem.description) }),
                .textArray(packages.map { StoredText.clean($0.package.name) }),
                .textArray(packages.map { $0.range.map { StoredText.clean($0.introduced ?? "0") } }),
                .textArray(packages.map { $0.range?.fixed.map(StoredText.clean) }),
                .textArray(packages.map { $0.range?.lastAffected.map(StoredText.clean) }),
                .textArray(packages.map { Self.lines($0.package.versions) }),
                .textArray(packages.map(\.package.state.rawValue)),
                .textArray(packages.map { $0.package.note.map(StoredText.clean) }),
                .textArray(packages.map { $0.package.urgency.map(StoredText.clean) }),
            ])
    }

    private var vulnerabilityStatement: Statement {
        Statement(
            """
            INSERT INTO stage_vulnerabilities
              (cve_id, source, title, description, vector, score, version, severity, published, modified, is_rejected,
               ssvc_exploitation, ssvc_automatable, ssvc_technical_impact, ssvc_assessed, feed)
            SELECT r.*, coalesce($16, r.source)
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[],
              $8::text[], $9::timestamptz[], $10::timestamptz[], $11::boolean[], $12::text[], $13::boolean[],
              $14::text[], $15::timestamptz[])
              AS r (cve_id, source, title, description, vector, score, version, severity, published, modified,
                is_rejected, ssvc_exploitation, ssvc_automatable, ssvc_technical_impact, ssvc_assessed)
            """, vulnerabilityParameters)
    }

    private var vulnerabilityParameters: [Value] {
        var bases: [Double?] = []
        var versions: [String?] = []
        var severities: [String?] = []
        for record in vulnerabilities {
            // The published number is not trusted: sources are known to err.
            let score = record.vector.flatMap { try? CVSS.parse($0) }
            let base = score?.baseScore ?? record.score
            bases.append(base)
            versions.append(score?.version.rawValue)
            severities.append(base.flatMap { Severity(score: $0)?.rawValue })
        }
        let vectors: [String?] = vulnerabilities.map { $0.vector.map(StoredText.clean) }
        return [
            .textArray(vulnerabilities.map { StoredText.clean($0.id) }),
            .textArray(vulnerabilities.map(\.source.rawValue)),
            .textArray(vulnerabilities.map { StoredText.clean($0.title) }),
            .textArray(vulnerabilities.map { StoredText.clean(Self.clipped($0.details)) }),
            .textArray(vectors), .float8Array(bases), .textArray(versions), .textArray(severities),
            .timestamptzArray(vulnerabilities.map(\.published)), .timestamptzArray(vulnerabilities.map(\.modified)),
            .boolArray(vulnerabilities.map(\.isRejected)),
            .textArray(vulnerabilities.map { $0.ssvc?.exploitation.rawValue }),
            .boolArray(vulnerabilities.map { $0.ssvc?.automatable }),
            .textArray(vulnerabilities.map { $0.ssvc?.technicalImpact.rawValue }),
            .timestamptzArray(vulnerabilities.map { $0.ssvc?.assessed }), .of(feed),
        ]
    }

    private var exploitedStatement: Statement {
        Statement(
            """
            INSERT INTO stage_kev (cve, name, date_added, due_date, ransomware, required_action)
            SELECT cve, name, added::date, due::date, ransomware, action
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[])
              AS r (cve, name, added, due, ransomware, action)
            """,
            [
                .textArray(exploited.map { StoredText.clean($0.cve) }),
                .textArray(exploited.map { StoredText.clean($0.name) }),
                .textArray(exploited.map { StoredText.clean($0.dateAdded) }),
                .textArray(exploited.map { $0.dueDate.map(StoredText.clean) }),
                .boolArray(exploited.map(\.knownRansomware)),
                .textArray(exploited.map { StoredText.clean($0.requiredAction) }),
            ])
    }

    private var predictionStatement: Statement {
        Statement(
            """
            INSERT INTO stage_epss
            SELECT *
            FROM unnest($1::text[], $2::float8[], $3::float8[], $4::date[])
            """,
            [
                .textArray(predictions.map { StoredText.clean($0.cve) }), .float8Array(predictions.map(\.probability)),
                .float8Array(predictions.map(\.percentile)), .dateArray(predictions.map(\.scored)),
            ])
    }

    private var exploitStatement: Statement {
        Statement(
            """
            INSERT INTO stage_exploits
            SELECT cve, string_to_array(ids, E'\\n')
            FROM unnest($1::text[], $2::text[]) AS r (cve, ids)
            """,
            [
                .textArray(exploits.map { StoredText.clean($0.cve) }),
                .textArray(exploits.map { Self.lines($0.exploits) }),
            ])
    }

    /// As much of a description as can be searched: PostgreSQL's text search takes less than 1 MiB of words.
    private static func clipped(_ text: String) -> String {
        text.utf8.count <= longestDescription ? text : String(text.prefix(longestDescription / 4))
    }

    private static let longestDescription = 256 << 10

    /// A list as `string_to_array` takes it apart again; NULL when empty.
    static func lines(_ items: [String]) -> String? {
        items.isEmpty ? nil : items.map(StoredText.clean).joined(separator: "\n")
    }

    private static func severity(_ vectors: [String]) -> Severity? {
        vectors.lazy.compactMap { try? CVSS.parse($0) }.first.flatMap { Severity(score: $0.baseScore) }
    }
}
