import Domain
import FoundationEssentials
import Intelligence
import Postgres
import Store
import TestSupport
import Testing

@Suite("Vendors' updates in the catalogue of patches", .database)
struct PatchCatalogueTests {
    private func rows(_ sql: String) async throws -> [String] {
        try await TestDatabase.current.store.owner.query(sql).map { try $0.decode(0) }
    }

    @Test("an import stores each update, what it fixes and what it takes the place of; again, it changes nothing")
    func stored() async throws {
        let intelligence = TestDatabase.current.store.intelligence
        for _ in 1...2 {
            try await intelligence.importFeed(path: Fixture.path("msrc-2024-jan.json"), source: .msrc, origin: "file")
        }
        let patches = try await rows(
            """
            SELECT concat_ws('|', kb_number, severity, released_date, reboot_required, array_to_string(builds, ','))
            FROM patches
            WHERE source = 'msrc'
            ORDER BY kb_number
            """)
        #expect(
            patches == [
                "KB5034127|critical|2024-01-09|t|10.0.17763.5329", "KB5034171|critical|2024-01-09|t|6.3.9600.21765",
            ])
        let superseded = """
            SELECT kb_number || '>' || superseded
            FROM patch_supersedence
            WHERE kb_number LIKE 'KB50341%'
            ORDER BY 1
            """
        #expect(try await rows(superseded) == ["KB5034127>KB5033371", "KB5034171>KB5033420"])
        let fixes = "SELECT DISTINCT kb_number FROM patch_vulnerabilities WHERE cve_id = 'CVE-2024-20674' ORDER BY 1"
        #expect(try await rows(fixes) == ["KB5034127", "KB5034171"])
    }

    @Test("the index that the database gives judges Windows as the feed does")
    func index() async throws {
        let store = TestDatabase.current.store
        try await store.intelligence.importFeed(
            path: Fixture.path("msrc-2024-jan.json"), source: .msrc, origin: "file")
        #expect(try await store.intelligence.buildIndex().updateCount >= 2)
    }
}
