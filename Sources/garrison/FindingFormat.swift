import ArgumentParser
import Reports
import Scanner

/// How `garrison scan` prints what it found.
enum FindingFormat: String, ExpressibleByArgument, CaseIterable {
    case json, table, sarif, cyclonedx

    /// The bytes for standard output, with a line end.
    /// - Parameter origin: the file that was scanned, as it was named; `-` for standard input.
    func render(_ report: ScanReport, target: ScanTarget, origin: String) throws -> [UInt8] {
        switch self {
        case .json: FindingJSON.render(report.findings)
        case .table: FindingTable.render(report)
        case .sarif: try SARIF.render(report, origin: origin, version: Build.version)
        case .cyclonedx: try CycloneDXReport(report.findings, target: target, program: Build.version).encoded()
        }
    }
}
