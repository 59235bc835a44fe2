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
        abstract: "Find vulnerabilities: in an inventory, an SBOM or a dpkg status file, or of a stored tenant.")

    @Option(help: "An inventory as `garrison collect` prints it; - reads standard input.")
    var inventory: String?

    @Option(help: "A CycloneDX or SPDX document in JSON.")
    var sbom: String?

    @Option(help: "A dpkg status file; needs --distro.")
    var dpkgStatus: String?

    @Option(help: "The system that the packages belong to, debian:12; overrides what the file says.")
    var distro: String?

    @Option(help: "The running kernel's release (uname -r), where the file does not tell it.")
    var kernel: String?

    @Option(help: "A directory of feeds, or an index from `garrison intel index`. Default: the bundled data.")
    var intel: String?

    @Option(help: "json, table, sarif or cyclonedx.")
    var format: FindingFormat = .json

    @Option(help: "Rescan what this tenant has stored instead.")
    var tenant: String?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        let sources = [inventory, sbom, dpkgStatus, tenant].compactMap { $0 }
        guard sources.count == 1 else {
            throw ValidationError("give one of --inventory, --sbom, --dpkg-status or --tenant")
        }
        if dpkgStatus != nil, distro == nil {
            throw ValidationError("--dpkg-status needs --distro NAME:VERSION, for example --distro debian:12")
        }
    }

    func run() async throws {
        if let tenant { return try await rescan(tenant) }
        let target = try target()
        let index = try await OfflineIndex.open(intel)
        let report = HostScanner(index: index).scan(target)
        for note in report.notes { Console.note("scan: \(note.message)") }
        Console.write(format.render(report, target: target), to: .output)
    }

    private func target() throws -> ScanTarget {
        let host = try read()
        var target = ScanTarget(host)
        if let distro { target.ecosystem = Ecosystem(osv: distro) }
        if let kernel { target.kernelRelease = kernel }
        return target
    }

    private func read() throws -> Inventory {
        if let inventory {
            guard let first = try InventoryReader.all(contents(of: inventory)).first else {
                throw CommandError.problem("\(inventory) holds no inventory")
            }
            return first
        }
        if let sbom {
            let bill = try SBOMReader.read(Data(contents(of: sbom)))
            if bill.unidentifiedCount > 0 {
                Console.note(
                    "scan: \(bill.unidentifiedCount) component(s) have no usable package URL and were not matched")
            }
            return bill.inventory
        }
        return try DpkgStatusReader.inventory(
            Data(contents(of: dpkgStatus ?? "-")), distribution: distro ?? "")
    }

    private func rescan(_ name: String) async throws {
        try await database.withStore { store in
            let tenant = try await store.tenants.named(name)
            let index = try await IndexProvider(store: store, directory: try database.dataDirectory).current()
            let outcome = try await store.scans.scan(tenant: tenant.id, index: index) { done, total in
                Progress.show("scanning", done: done, of: total)
            }
            if format == .json { return try Console.printJSON(outcome) }
            Console.print(
                "\(outcome.endpoints) endpoint(s) scanned: \(outcome.opened) findings opened, \(outcome.remediated) remediated"
            )
        }
    }
}
