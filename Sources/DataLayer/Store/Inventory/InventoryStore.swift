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

        public init() {}
    }

    /// One transaction: all the inventories or none of them.
    /// - Parameter inventories: a batch; a few hundred is a good size. Of two with one device id the
    ///   later in the array counts.
    /// - Throws: `StoreError.invalid` for an inventory that cannot be stored, `PostgresError`.
    public func ingest(_ inventories: [Inventory], tenant: TenantID) async throws -> Outcome {
        for inventory in inventories { try InventoryCheck.check(inventory) }
        let latest = Dictionary(inventories.map { ($0.deviceID, $0) }, uniquingKeysWith: { $1 })
            .values.sorted { $0.deviceID < $1.deviceID }
        let titles = Set(latest.flatMap { $0.packages.map(SoftwareTitle.init) })
        let ids = try await SoftwareTitles(owner: store.owner).ids(of: titles)
        let devices = latest.map { ReportedDevice($0, titleIDs: ids) }
        let outcome = try await store.app.transaction(tenant: tenant) { connection in
            let writer = InventoryWriter(connection: connection, tenant: tenant)
            let outcome = try await writer.write(devices)
            _ = try await connection.run([ChangeNotice.statement(tenant)])
            return outcome
        }
        store.cache.invalidate(tenant)
        return outcome
    }
}

extension InventoryStore.Outcome {
    /// Adds another batch's outcome.
    public mutating func add(_ other: Self) {
        endpoints += other.endpoints
        created += other.created
        packages += other.packages
    }
}
