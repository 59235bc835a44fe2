import Domain
import FoundationEssentials
import Inventories
import Scanner

/// Inventories, bills of materials and package databases as documents.
enum DocumentTargets {
    static let all: [FuzzTarget] = [inventory, stream, cyclonedx, spdx, status]

    private static let inventory = FuzzTarget("inventory", .text) { input in
        guard let inventory = try? InventoryReader.inventory(Data(input)) else { return }
        scan(inventory)
    }

    /// The same bytes in pieces of any size: nothing depends on where a read ends.
    private static let stream = FuzzTarget("inventory-stream", .text) { input in
        let size = max(1, Int(input.first ?? 7) % 97)
        var offset = 0
        var stream = InventoryStream { _ throws(DocumentError) in
            let piece = Array(input[offset..<min(offset + size, input.count)])
            offset += piece.count
            return piece
        }
        var count = 0
        while let inventory = try? stream.next(), count < 1000 {
            scan(inventory)
            count += 1
        }
    }

    private static let cyclonedx = FuzzTarget("cyclonedx", .text, run: bill)
    private static let spdx = FuzzTarget("spdx", .text, run: bill)

    private static func bill(_ input: [UInt8]) {
        guard let bill = try? SBOMReader.read(Data(input)) else { return }
        scan(bill.inventory)
    }

    private static let status = FuzzTarget("dpkg-status", .text) { input in
        guard let inventory = try? DpkgStatusReader.inventory(Data(input), distribution: "debian:12") else { return }
        scan(inventory)
    }

    /// What was read goes on to the matcher: its names and versions are the attacker's too.
    private static func scan(_ inventory: Inventory) {
        _ = HostScanner(index: IndexTargets.index).scan(ScanTarget(inventory))
    }
}
