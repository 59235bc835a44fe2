import Domain
import Inventories
import Scanner

/// The VEX documents of an offline scan.
struct OfflineVEX {
    let files: [String]

    /// Hides what the documents say is not there; each hidden finding is told with its reason.
    /// - Throws: `CommandError` for a file that cannot be read, `DocumentError` for one that is no VEX document.
    func apply(to report: inout ScanReport, of host: Inventory, system: Ecosystem) throws {
        if files.isEmpty { return }
        var statements: [VEXStatement] = []
        for file in files { statements += try VEXReader.statements(contents(of: file)) }
        let names = [host.hostname, host.fqdn, host.deviceID].compactMap { $0 }
        let result = VEXFilter(statements, names: names, system: system).apply(report.findings)
        report.findings = result.visible
        for hidden in result.hidden {
            let package = hidden.finding.packages.joined(separator: ", ")
            Console.note("scan: hidden: \(hidden.finding.id) in \(package): \(hidden.statement.sentence)")
        }
        Console.note("scan: \(statements.count) VEX statement(s) read, \(result.hidden.count) finding(s) hidden")
    }
}
