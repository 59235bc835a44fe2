import Domain
import FoundationEssentials
import Inventories

/// The one document that an offline scan is of.
struct OfflineInput {
    let inventory: String?
    let sbom: String?
    let dpkgStatus: String?
    /// Nil: told by content.
    let format: InventoryFormat?
    /// The system of a package list, `debian:12`; empty where the document tells it.
    let distro: String
    /// Of Windows, where the document does not tell it.
    let installationType: String?

    /// As it was named on the command line.
    var path: String { inventory ?? sbom ?? dpkgStatus ?? "-" }

    /// - Throws: `CommandError`, and `DocumentError` for what is no such document.
    func read() throws -> Inventory {
        if inventory != nil { return try readInventory() }
        if sbom != nil { return try readBill() }
        return try DpkgStatusReader.inventory(Data(contents(of: path)), distribution: distro)
    }

    private func readInventory() throws -> Inventory {
        let hints = HostHints(system: Distribution.operatingSystem(distro), installationType: installationType)
        let inventories = try InventoryDocuments.read(contents(of: path), format: format, hints: hints)
        guard let first = inventories.first, inventories.count == 1 else {
            throw CommandError.problem(
                "\(path) holds \(inventories.count) inventories; scan takes one. `garrison import` takes any number.")
        }
        for note in first.notes { Console.note("scan: \(note.item): \(note.reason)") }
        return first
    }

    private func readBill() throws -> Inventory {
        let bill = try SBOMReader.read(Data(contents(of: path)))
        if bill.unidentifiedCount > 0 {
            Console.note(
                "scan: \(bill.unidentifiedCount) component(s) have no usable package URL and were not matched")
        }
        return bill.inventory
    }
}
