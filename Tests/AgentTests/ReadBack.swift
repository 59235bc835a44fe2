import Domain
import Foundation
import Inventories

/// An inventory after the way over the wire.
func readBack(_ inventory: Inventory) throws -> Inventory {
    try InventoryReader.inventory(Data(inventory.json()))
}
