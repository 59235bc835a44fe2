import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Taking inventories in", .database)
struct IngestTests {
    let database = TestDatabase.current

    @Test("a batch makes its endpoints, and the same batch again makes none")
    func again() async throws {
        let inventories = (0..<3).map { Seed.inventory("host-\($0)") }
        let first = try await database.store.inventories.ingest(inventories, tenant: database.a.id)
        let second = try await database.store.inventories.ingest(inventories, tenant: database.a.id)
        #expect(first.created == 3)
        #expect(second.created == 0)
        #expect(Set(first.endpoints) == Set(second.endpoints))
    }
}
