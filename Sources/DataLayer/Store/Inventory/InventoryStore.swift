import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Inventories in: endpoints and what is installed on them.
    public var inventories: InventoryStore { InventoryStore(store: self) }
}

/// Takes inventories into the database. Idempotent: the same inventory again changes nothing but when
/// the endpoint was seen, and one that is older than what is stored changes nothing at all.
public struct InventoryStore: Sendable {
    let store: Store

    /// What an import did.
    public struct Outcome: Sendable, Equatable {
        /// One for each device of the batch, in the order of their device ids.
        public var endpoints: [EndpointID] = []
        public var created = 0
        public var packages = 0
        /// Devices that contradict what is known of the endpoints: nothing was changed by their inventories.
        public var quarantined = 0

        public init() {}
    }

    /// One transaction: all the inventories or none of them.
    /// - Parameter inventories: a batch; a few hundred is a good size. Of two with one device id the
    ///   later in the array counts.
    /// - Parameter source: where they come from; each device is joined with what other sources know of the machine.
    /// - Throws: `StoreError.invalid` for an inventory that cannot be stored, `PostgresError`.
    public func ingest(
        _ inventories: [Inventory], from source: ImplicitSource = .inventory, tenant: TenantID
    ) async throws -> Outcome {
        var register = TitleRegister()
        var places: [[Int]] = []
        for inventory in inventories {
            try InventoryCheck.check(inventory)
            places.append(try register.places(of: inventory))
        }
        let ids = try await SoftwareTitles(owner: store.owner).ids(of: register.titles)
        let devices = Self.latest(inventories).map { index in
            ReportedDevice(inventories[index], titles: places[index].map { ids[$0] })
        }
        let outcome = try await store.app.retriedTransaction(tenant: tenant) { connection in
            let writer = InventoryWriter(connection: connection, tenant: tenant, source: source)
            let outcome = try await writer.write(devices)
            _ = try await connection.run([ChangeNotice.statement(tenant)])
            return outcome
        }
        store.cache.invalidate(tenant)
        return outcome
    }

    /// The last inventory of each device, in the order of the device ids.
    private static func latest(_ inventories: [Inventory]) -> [Int] {
        let last = Dictionary(inventories.indices.map { (inventories[$0].deviceID, $0) }, uniquingKeysWith: { $1 })
        return last.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension InventoryStore.Outcome {
    /// Adds another batch's outcome.
    public mutating func add(_ other: Self) {
        endpoints += other.endpoints
        created += other.created
        packages += other.packages
        quarantined += other.quarantined
    }
}
