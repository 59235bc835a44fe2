import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite("What the planner knows of a tenant", .database)
struct TenantStatisticsTests {
    /// The devices that the planner expects a tenant to have.
    private func believed(_ stage: SourceStage) async throws -> Int {
        let plan: String = try await stage.store.owner.query(
            "EXPLAIN SELECT FROM endpoint_sources WHERE tenant_id = $1", [.id(stage.tenant.id)])[0].decode(0)
        return try #require(plan.firstMatch(of: /rows=(\d+)/).flatMap { Int($0.1) })
    }

    @Test("a tenant that came after tables were analyzed is known before what its sources list is worked out")
    func known() async throws {
        let (one, two) = (SourceStage(), SourceStage(TestDatabase.current.b))
        let devices = (0..<600).map { SourceStage.laptop("d\($0)", "pc-\($0)", serial: "PF\(100_000 + $0)") }
        try await one.sync(.devices(devices), try await one.account("falcon"))
        _ = try await one.store.owner.query("ANALYZE endpoint_sources, endpoints")
        let account = try await two.account("falcon")
        try await two.sync(.devices(devices), account)
        #expect(try await believed(two) < 60)
        let software = devices.map {
            SoftwareReport(
                sourceID: "\($0.sourceID)-1", deviceID: $0.sourceID,
                package: InstalledPackage(type: "application", name: "curl", version: "8.\($0.sourceID.count)"))
        }
        try await two.sync(.software(software), account, .software)
        let expected = try await believed(two)
        #expect((300...2400).contains(expected), "\(expected)")
        #expect(
            try await two.count("SELECT count(*) FROM endpoints WHERE tenant_id = $1 AND software_set IS NOT NULL")
                == 600)
    }
}
