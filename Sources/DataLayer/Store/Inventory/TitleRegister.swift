import Domain

/// The distinct titles of a batch, each with a place: machines have hundreds of packages, and most of
/// them are on most machines.
struct TitleRegister {
    private(set) var titles: [SoftwareTitle] = []
    private var places: [SoftwareTitle: Int] = [:]

    /// The places of an inventory's titles, in their order.
    /// - Throws: `StoreError.invalid` for a package that cannot be stored.
    mutating func places(of inventory: Inventory) throws(StoreError) -> [Int] {
        var found: [Int] = []
        found.reserveCapacity(inventory.packages.count)
        for package in inventory.titles {
            let title = SoftwareTitle(package)
            if let place = places[title] {
                found.append(place)
                continue
            }
            try InventoryCheck.check(package, of: inventory)
            places[title] = titles.count
            found.append(titles.count)
            titles.append(title)
        }
        return found
    }
}
