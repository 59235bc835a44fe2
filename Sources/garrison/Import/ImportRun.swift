import Domain
import Inventories
import Store

/// One import under way: reads a stream and writes it batch by batch.
struct ImportRun {
    let store: Store
    let tenant: TenantID
    private var outcome = ImportOutcome()
    private var batch: [Inventory] = []
    private var batchedPackages = 0

    /// Whichever comes first ends a batch, so that a few hosts with very many packages need no more memory
    /// than many hosts with few.
    private static let batchSize = 500
    private static let batchPackages = 200_000

    init(store: Store, tenant: TenantID) {
        self.store = store
        self.tenant = tenant
    }

    /// - Throws: `DocumentError.empty` or `.unreadable` from the stream, `PostgresError`. What was written until
    ///   then stays: repeating the import completes it.
    mutating func read(_ stream: InventoryStream) async throws -> ImportOutcome {
        var stream = stream
        defer { Progress.clear() }
        while let document = try stream.nextDocument() {
            switch document {
            case .success(let inventory): try await take(inventory)
            case .failure(let refused): outcome.reject(refused)
            }
        }
        try await writeBatch()
        if outcome.endpoints > 0 { _ = try await store.jobs.enqueue(.scan, tenant: tenant) }
        return outcome
    }

    /// Writes hosts that were read together.
    mutating func write(_ inventories: [Inventory]) async throws -> ImportOutcome {
        defer { Progress.clear() }
        for inventory in inventories { try await take(inventory) }
        try await writeBatch()
        if outcome.endpoints > 0 { _ = try await store.jobs.enqueue(.scan, tenant: tenant) }
        return outcome
    }

    private mutating func take(_ inventory: Inventory) async throws {
        batch.append(inventory)
        batchedPackages += inventory.packages.count
        if batch.count >= Self.batchSize || batchedPackages >= Self.batchPackages { try await writeBatch() }
    }

    private mutating func writeBatch() async throws {
        guard !batch.isEmpty else { return }
        outcome.add(try await store.inventories.ingest(batch, tenant: tenant))
        batch.removeAll(keepingCapacity: true)
        batchedPackages = 0
        Progress.show("Importing: endpoint", done: outcome.endpoints)
    }
}
