import ArgumentParser
import Domain
import FoundationEssentials
import Inventories
import Risk
import Scanner
import Store

/// `garrison scan`: offline for one host's inventory, or over what a tenant has stored.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find vulnerabilities: in an inventory, an SBOM or a dpkg status file, or of a stored tenant.",
        discussion: "Findings go to standard output, remarks to standard error. Findings are no failure: exit code 0.")

    @Option(help: "A host: `garrison collect`, an SBOM, rpm -qa, osquery, systeminfo, …; - reads standard input.")
    var inventory: String?

    @Option(help: "What --inventory is, where its content does not tell; see `garrison import --help`.")
    var inputFormat: InventoryFormat?

    @Option(help: "A CycloneDX or SPDX document in JSON; - reads standard input.")
    var sbom: String?

    @Option(help: "A dpkg status file (- for standard input); needs --distro.")
    var dpkgStatus: String?

    @Option(help: "The system that the packages belong to, debian:12; overrides what the file says.")
    var distro: String?

    @Option(help: "Of Windows, where the file does not tell it: “Server Core”.")
    var installationType: String?

    @Option(help: "The running kernel's release (uname -r), where the file does not tell it.")
    var kernel: String?

    @Option(help: "A directory of feeds, or an index from `garrison intel index`. Default: the bundled data.")
    var intel: String?

    @Option(help: "An OpenVEX or CSAF document; may be given several times.")
    var vex: [String] = []

    @Option(help: "json, table, sarif or cyclonedx.")
    var format: FindingFormat = .json

    @Option(help: "Explain instead why this vulnerability is or is not reported for PACKAGE.")
    var why: String?

    @Argument(help: "With --why: the installed package to explain.")
    var package: String?

    @Option(help: "Rescan what this tenant has stored instead.")
    var tenant: String?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard [inventory, sbom, dpkgStatus, tenant].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give one of --inventory, --sbom, --dpkg-status or --tenant")
        }
        if (why == nil) != (package == nil) {
            throw ValidationError("--why takes a vulnerability and a package: --why CVE-2024-3094 xz-utils")
        }
        if why != nil, tenant != nil {
            throw ValidationError("--why explains a file; GET /api/endpoints/{id}/why explains a stored endpoint")
        }
        if dpkgStatus != nil, distro == nil {
            throw ValidationError("--dpkg-status needs --distro NAME:VERSION, for example --distro debian:12")
        }
        if let distro, Distribution.operatingSystem(distro)?.version.isEmpty ?? true {
            throw ValidationError("--distro takes NAME:VERSION, for example debian:12, not “\(distro)”")
        }
    }

    func run() async throws {
        if let tenant { return try await rescan(tenant) }
        let input = OfflineInput(
            inventory: inventory, sbom: sbom, dpkgStatus: dpkgStatus, format: inputFormat, distro: distro ?? "",
            installationType: installationType)
        let host = try input.read()
        var target = ScanTarget(host)
        if let system = distro.flatMap(Distribution.operatingSystem) { target.ecosystem = system.ecosystem }
        if let kernel { target.kernelRelease = kernel }
        target.date = Date()
        if let why, let package { return try explain(why, package, target, host) }
        var report = HostScanner(index: try OfflineIndex.open(intel)).scan(target)
        try OfflineVEX(files: vex).apply(to: &report, of: host, system: target.ecosystem)
        for note in report.notes { Console.note("scan: \(note.message)") }
        for undecided in report.indeterminate.prefix(5) {
            Console.note(
                "scan: undecided: \(undecided.packages.joined(separator: ", ")) \(undecided.installed): \(undecided.reason)"
            )
        }
        if report.indeterminate.count > 5 { Console.note("scan: undecided: \(report.indeterminate.count - 5) more") }
        Console.write(try format.render(report, target: target, origin: input.path), to: .output)
    }

    private func explain(_ vulnerability: String, _ name: String, _ target: ScanTarget, _ host: Inventory) throws {
        let scanner = HostScanner(index: try OfflineIndex.open(intel))
        let reasons = scanner.reasons(
            for: vulnerability, package: name, target: target,
            disposition: try OfflineVEX(files: vex).dispositions(of: host, system: target.ecosystem))
        if format == .json { return Console.write(WhyJSON.render(reasons), to: .output) }
        for reason in reasons { Console.print("\(reason.package) \(reason.version): \(reason.verdict.sentence)") }
    }

    private func rescan(_ name: String) async throws {
        try await database.withStore { store in
            let tenant = try await store.tenants.named(name)
            let index = try await IndexProvider(store: store, directory: try database.dataDirectory).current()
            let outcome = try await store.scans.scan(tenant: tenant.id, with: index) { done, total in
                Progress.show("scanning", done: done, of: total)
            }
            if format == .json { return try Console.printJSON(outcome) }
            Console.print(
                "\(outcome.endpoints) endpoint(s) scanned: \(outcome.opened) findings opened, \(outcome.remediated) remediated"
            )
        }
    }
}
