import Store

/// A row of `GET /api/endpoints` written from where the database put it: the same bytes as
/// ``EndpointView``, at a fraction of its cost.
struct EndpointRowView: JSONWritable, SchemaProviding, Sendable {
    let row: EndpointRow

    static let schema = EndpointView.schema

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", row.id)
            text(.hostname, "hostname", &writer)
            text(.osType, "os_type", &writer)
            text(.osName, "os_name", &writer)
            text(.osVersion, "os_version", &writer)
            text(.ipAddress, "ip_address", &writer)
            text(.status, "status", &writer)
            writer.field("risk_score", row.riskScore)
            writer.field("open_findings", row.openFindings)
            text(.worstSeverity, "worst_severity", &writer)
            writer.field("last_seen", row.lastSeen)
            writer.field("scanned_at", row.scannedAt)
        }
    }

    private func text(_ column: EndpointRow.Text, _ name: StaticString, _ writer: inout JSONWriter) {
        row.withText(column) { writer.field(name, utf8: $0) }
    }
}
