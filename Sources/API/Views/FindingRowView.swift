import Domain
import FoundationEssentials
import Store

/// A row of `GET /api/findings`.
struct FindingRowView: JSONContent {
    let finding: FindingRow

    init(_ finding: FindingRow) { self.finding = finding }

    static let schema = Schema.named(
        "FindingRow",
        .object(
            [
                .field("endpoint_id", .uuid), .field("hostname", .string), .field("cve_id", .string),
                .field("title", .string), .field("risk_score", .number(0...100)),
                .field("status", .cases(of: FindingStatus.self)),
                .field("severity", .cases(of: Severity.self).orNull), .field("cvss_score", .number(0...10).orNull),
                .field("epss", .number(0...1).orNull), .field("known_exploited", .boolean),
                .field("exploits", .integer), .field("packages", .array(of: .string)),
                .field("installed_version", .string), .field("fixed_version", .string.orNull),
                .field("state", .string, "affected, or why there is no fix."), .field("detected_at", .timestamp),
                .field("remediated_at", .timestamp.orNull),
            ] + PriorityView.fields))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoint_id", finding.endpoint)
            writer.field("hostname", finding.hostname)
            writer.field("cve_id", finding.cve)
            writer.field("title", finding.title)
            writer.field("risk_score", finding.riskScore)
            writer.field("status", finding.status.rawValue)
            writer.field("severity", finding.severity?.rawValue)
            writer.field("cvss_score", finding.cvss)
            writer.field("epss", finding.epss)
            writer.field("known_exploited", finding.isKnownExploited)
            writer.field("exploits", finding.exploitCount)
            writer.field("packages", array: finding.packages)
            writer.field("installed_version", finding.installed)
            writer.field("fixed_version", finding.fixed)
            writer.field("state", finding.state.rawValue)
            writer.field("detected_at", finding.detectedAt)
            writer.field("remediated_at", finding.remediatedAt)
            PriorityView(finding).writeFields(to: &writer)
        }
    }

    /// The columns of the table export.
    static let columns = [
        "hostname", "endpoint_id", "cve_id", "title", "status", "severity", "risk_score", "ssvc", "bod_26_04", "due_at",
        "cvss_score", "epss", "known_exploited", "exploits", "packages", "installed", "fixed", "detected_at",
        "remediated_at", "exception_id", "vex_statement_id",
    ]

    /// A line of it.
    static func cells(_ finding: FindingRow) -> [String] {
        [
            finding.hostname, finding.endpoint.description, finding.cve, finding.title, finding.status.rawValue,
            finding.severity?.rawValue ?? "", tenths(finding.riskScore), finding.ssvc?.rawValue ?? "",
            finding.timeline?.rawValue ?? "", finding.dueAt?.formatted(.iso8601) ?? "",
            finding.cvss.map(tenths) ?? "", finding.epss.map { "\($0)" } ?? "", String(finding.isKnownExploited),
            String(finding.exploitCount), finding.packages.joined(separator: " "), finding.installed,
            finding.fixed ?? "", finding.detectedAt.formatted(.iso8601),
            finding.remediatedAt?.formatted(.iso8601) ?? "", finding.exception?.description ?? "",
            finding.vex?.description ?? "",
        ]
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension CSVStream {
    /// A tenant's findings, page by page as the client takes them.
    package init(findings first: FindingStore.Query, _ store: Store, tenant: TenantID) {
        self.init(fileName: "findings.csv", columns: FindingRowView.columns) { csv in
            var query = first
            query.limit = 1000
            repeat {
                let page = try await store.findings.list(query, tenant: tenant)
                for finding in page.items { try await csv.row(FindingRowView.cells(finding)) }
                query.cursor = page.next
            } while query.cursor != nil
        }
    }
}
