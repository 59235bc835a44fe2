import Domain
import Scanner

/// Findings for a person at a terminal.
enum FindingTable {
    static func render(_ report: ScanReport) -> [UInt8] {
        guard !report.findings.isEmpty else { return Array("No known vulnerabilities.\n".utf8) }
        var rows = [["RISK", "ID", "SEVERITY", "PACKAGE", "INSTALLED", "FIXED IN", ""]]
        for finding in report.findings {
            rows.append([
                tenths(finding.risk), finding.id, finding.severity?.rawValue ?? "unknown",
                finding.packages.first ?? "", finding.installed, finding.fixed ?? "no fix yet",
                finding.isKnownExploited ? "exploited" : (finding.exploitCount > 0 ? "exploit public" : ""),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        text += "\n\(report.findings.count) findings"
        if !report.indeterminate.isEmpty { text += ", \(report.indeterminate.count) undecided" }
        return Array((text + "\n").utf8)
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
