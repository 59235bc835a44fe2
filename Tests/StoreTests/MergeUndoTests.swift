import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("A merge that is taken back leaves nothing behind", .database)
struct MergeUndoTests {
    /// What is open, machine by machine, and what the tenant's list counts.
    private static let open = """
        SELECT string_agg(line, E'\\n' ORDER BY line)
        FROM (
          SELECT e.hostname || ' ' || v.cve_id || ' ' || f.status AS line
          FROM endpoint_vulnerabilities AS f
          JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = f.endpoint_id
          JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
          WHERE f.tenant_id = $1 AND f.status <> 'remediated'
          UNION ALL
          SELECT hostname || ' has ' || open_findings FROM endpoints WHERE tenant_id = $1
          UNION ALL
          SELECT v.cve_id || ' is on ' || t.endpoints_affected
          FROM tenant_vulnerabilities AS t
          JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
          WHERE t.tenant_id = $1 AND t.endpoints_affected > 0
        ) AS lines
        """

    @Test(
        "what sources reported meanwhile counts: findings are those of a fresh scan, whoever lists the software",
        arguments: [true, false])
    func fresh(isListedByHost: Bool) async throws {
        let stage = SourceStage(TestDatabase.current.a)
        let other = SourceStage(TestDatabase.current.b)
        try await stage.database.addIntelligence()
        let source = try await Source(stage, isListedByHost)
        try await source.report("stays", SeedPackages.vulnerable, at: 0)
        try await source.report("goes", SeedPackages.vulnerable, at: 0)
        // Its set of findings is theirs, too, until they part.
        try await source.report("bystander", SeedPackages.vulnerable, at: 0)
        try await stage.database.scan(stage.tenant)
        let identities = stage.store.identities
        try await identities.merge(
            try await source.endpoint("goes"), into: try await source.endpoint("stays"),
            by: stage.tenant.administrator)
        try await source.report("goes", SeedPackages.updated, at: 1)
        try await source.report("bystander", SeedPackages.updated, at: 1)
        try await stage.database.scan(stage.tenant)
        let merge = try #require(
            try await identities.events(tenant: stage.tenant.id).first(where: \.canBeUndone))
        try await identities.undo(merge.id, by: stage.tenant.administrator)
        try await stage.database.scan(stage.tenant)

        let anew = try await Source(other, isListedByHost)
        try await anew.report("stays", SeedPackages.vulnerable, at: 0)
        try await anew.report("goes", SeedPackages.updated, at: 1)
        try await anew.report("bystander", SeedPackages.updated, at: 1)
        try await other.database.scan(other.tenant)
        let expected = try #require(try await other.text(Self.open))
        #expect(expected.contains("goes has 1") && expected.contains("stays has 4"))
        #expect(try await stage.text(Self.open) == expected)
    }

    /// Tells what is installed: machines themselves, or a vendor about them.
    private struct Source {
        let stage: SourceStage
        /// Nil for what machines say of themselves.
        let account: ConnectorID?

        init(_ stage: SourceStage, _ isListedByHost: Bool) async throws {
            self.stage = stage
            account = isListedByHost ? nil : try await stage.account("falcon")
        }

        func report(_ name: String, _ packages: [InstalledPackage], at hours: Double) async throws {
            var inventory = Seed.inventory(
                name, packages: packages, at: SourceStage.noon.addingTimeInterval(hours * 3600))
            inventory.network.interfaces = []
            guard let account else {
                _ = try await stage.store.inventories.ingest([inventory], tenant: stage.tenant.id)
                return
            }
            try await stage.changes(
                SourceStage.laptop(name, name, seen: hours) {
                    $0.os = inventory.os
                    $0.addresses = []
                }, to: account)
            let software = packages.map { SoftwareReport(sourceID: "\(name) \($0.name)", deviceID: name, package: $0) }
            try await stage.sync(.software(software), account, .software, .changes)
        }

        func endpoint(_ name: String) async throws -> EndpointID {
            let text = try await stage.text(
                "SELECT id::text FROM endpoints WHERE tenant_id = $1 AND hostname = '\(name)'")
            return try #require(text.flatMap { EndpointID($0) })
        }
    }
}
