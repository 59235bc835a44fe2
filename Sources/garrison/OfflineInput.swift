import Domain
import FoundationEssentials
import Inventories

/// The one document that an offline scan is of.
struct OfflineInput {
    let inventory: String?
    let sbom: String?
    let dpkgStatus: String?
    /// The system of a dpkg status file, `debian:12`.
    let distro: String

    /// As it was named on the command line.
    var path: String { inventory ?? sbom ?? dpkgStatus ?? "-" }

    /// - Throws: `CommandError`, and `DocumentError` for what is no such document.
    func read() throws -> Inventory {
        if inventory != nil { return try readInventory() }
        if sbom != nil { return try readBill() }
        return try DpkgStatusReader.inventory(Data(contents(of: path)), distribution: distro)
    }

    private func readInventory() throws -> Inventory {
        let inventories = try InventoryReader.all(contents(of: path))
        guard let first = inventories.first, inventories.count == 1 else {
            throw CommandError.problem(
                "\(path) holds \(inventories.count) inventories; scan takes one. `garrison import` takes any number.")
        }
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
