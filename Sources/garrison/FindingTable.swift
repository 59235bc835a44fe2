import Domain
import Scanner

/// Findings for a person at a terminal.
enum FindingTable {
    static func render(_ report: ScanReport) -> [UInt8] {
        let undecided = report.indeterminate.count
        guard !report.findings.isEmpty else {
            let tail = undecided > 0 ? " \(undecided) could not be decided." : ""
            return Array("No known vulnerabilities.\(tail)\n".utf8)
        }
        var rows = [["RISK", "ID", "SEVERITY", "PACKAGE", "INSTALLED", "FIXED IN", ""]]
        rows += report.findings.map(cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = rows.map { line($0, widths) + "\n" }.joined()
        text += "\n\(report.findings.count) \(report.findings.count == 1 ? "finding" : "findings")"
        if undecided > 0 { text += ", \(undecided) undecided" }
        return Array((text + "\n").utf8)
    }

    private static func cells(_ finding: Finding) -> [String] {
        let more = finding.packages.count > 1 ? " (+\(finding.packages.count - 1))" : ""
        return [
            tenths(finding.risk), finding.id, finding.severity?.rawValue ?? "unknown",
            (finding.packages.first ?? "") + more, finding.installed, finding.fixed ?? unfixed(finding.state),
            finding.isKnownExploited ? "exploited" : (finding.exploitCount > 0 ? "exploit public" : ""),
        ]
    }

    /// Why there is no version to install.
    private static func unfixed(_ state: PackageState) -> String {
        switch state {
        case .ignored: "will not be fixed"
        case .endOfLife: "end of life"
        case .postponed: "fix postponed"
        default: "no fix yet"
        }
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
