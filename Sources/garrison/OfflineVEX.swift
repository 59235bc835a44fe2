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
        let statements = try statements()
        let result = filter(statements, of: host, system: system).apply(report.findings)
        report.findings = result.visible
        for hidden in result.hidden {
            let package = hidden.finding.packages.joined(separator: ", ")
            Console.note("scan: hidden: \(hidden.finding.id) in \(package): \(hidden.statement.sentence)")
        }
        Console.note("scan: \(statements.count) VEX statement(s) read, \(result.hidden.count) finding(s) hidden")
    }

    /// What the documents have decided on findings of a host.
    func dispositions(of host: Inventory, system: Ecosystem) throws -> DispositionLookup {
        filter(try statements(), of: host, system: system).disposition
    }

    private func statements() throws -> [VEXStatement] {
        try files.flatMap { file in try VEXReader.statements(contents(of: file)) }
    }

    private func filter(_ statements: [VEXStatement], of host: Inventory, system: Ecosystem) -> VEXFilter {
        VEXFilter(statements, names: [host.hostname, host.fqdn, host.deviceID].compactMap { $0 }, system: system)
    }
}
