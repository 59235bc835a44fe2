import Domain
import FoundationEssentials
import Postgres
import Store
import TestRandomness
import TestSupport
import Testing

@Suite("Which patches are missing where", .database)
struct PatchFigureTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    private func day(_ number: Int) -> Date { Seed.moment.addingTimeInterval(Double(number) * 86_400) }

    private func expectExact(_ location: SourceLocation = #_sourceLocation) async throws {
        try await store.scans.settle(tenant: tenant)
        let counted = try await database.countedPatchFigures(tenant)
        #expect(try await database.patchFigures(tenant) == counted, sourceLocation: location)
    }

    private func endpoints(needing number: String) async throws -> Int {
        try await database.patchFigures(tenant).first { $0.hasPrefix(number + " | ") }
            .flatMap { Int($0.split(separator: " ")[2]) } ?? 0
    }

    private let curl = "debian/curl/7.88.1-10+deb12u6"

    @Test("a scan counts the endpoints that need a patch; one that has it is none, and one under an exception neither")
    func counted() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(3, in: database.a)
        try await database.scan(database.a)
        #expect(try await endpoints(needing: curl) == 3)
        try await expectExact()
        _ = try await store.exceptions.request(
            ExceptionRequest(
                kind: .mitigated, cve: SeedFeeds.high, package: nil, endpoint: ids[0], tag: nil,
                reason: "behind a proxy", expiresAt: day(30)), by: database.a.administrator, at: day(0))
        #expect(try await endpoints(needing: curl) == 2)
        try await expectExact()
        _ = try await store.inventories.ingest(
            [Seed.inventory("host-1", packages: SeedPackages.updated, at: day(1))], tenant: tenant)
        try await database.scan(database.a, at: day(1))
        #expect(try await endpoints(needing: curl) == 1)
        try await expectExact()
        _ = try await store.app.query("DELETE FROM endpoints WHERE id = $1", [.id(ids[2])], tenant: tenant)
        try await expectExact()
        #expect(try await endpoints(needing: curl) == 0)
    }

    @Test("a newer notice takes over what an older one would have ended")
    func overtaken() async throws {
        try await database.addIntelligence()
        _ = try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        try await database.load(records: [
            PatchSeeds.record("DSA-9-1", on: "curl", fixed: "7.88.1-10+deb12u7", cves: ["CVE-2024-9999"])
        ])
        _ = try await database.follow(at: day(1))
        try await expectExact()
        #expect(try await endpoints(needing: curl) == 0)
        #expect(try await database.patchFigures(tenant).contains { $0.hasPrefix("DSA-9-1 | 2 | 2 | ") })
    }

    @Test("for each endpoint that needs it, a patch is the packages that it brings there")
    func content() async throws {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(2, in: database.a)
        _ = try await database.addEndpoints(1, packages: SeedPackages.updated, prefix: "new", in: database.a)
        try await database.scan(database.a)
        let patch = try await id("debian/openssl/3.0.13-1~deb12u1")
        let content = try await store.patches.content(of: patch, tenant: tenant)
        let changes = ["libssl3", "openssl"].map {
            PackageChange(
                name: $0, architecture: "amd64", installed: "3.0.11-1~deb12u2", version: "3.0.13-1~deb12u1")
        }
        #expect(Set(content.map(\.endpoint)) == Set(ids))
        #expect(content.allSatisfy { $0.packages == changes })
        #expect(try await store.patches.content(of: patch, on: [ids[1]], tenant: tenant).map(\.endpoint) == [ids[1]])
        await #expect(throws: StoreError.self) {
            try await store.patches.content(of: PatchID.make(), tenant: tenant)
        }
    }

    private func id(_ number: String) async throws -> PatchID {
        try await store.owner.query("SELECT id FROM patches WHERE kb_number = $1", [.text(number)], tenant: nil)[0]
            .decode(0)
    }

    @Test("advisories from before there were patches become some, and tenants' figures with them")
    func backlog() async throws {
        try await database.addIntelligence()
        _ = try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        let (catalogue, figures) = (try await database.patchCatalogue(), try await database.patchFigures(tenant))
        _ = try await store.app.run(
            [
                Statement("DELETE FROM tenant_patch_vulnerabilities"), Statement("DELETE FROM tenant_patches"),
                Statement("DELETE FROM finding_set_patches"),
                Statement("UPDATE finding_sets SET patched_endpoints = 0, is_pending = false"),
            ], tenant: tenant)
        _ = try await store.owner.query("TRUNCATE patch_supersedence, patch_vulnerabilities, patches CASCADE")
        _ = try await store.owner.query(
            "INSERT INTO patch_backlog SELECT DISTINCT ecosystem, name FROM advisory_packages UNION SELECT '', ''")
        try await store.patches.deriveBacklog()
        #expect(try await database.patchCatalogue() == catalogue)
        try await store.scans.settle(tenant: tenant)
        #expect(!figures.isEmpty)
        #expect(try await database.patchFigures(tenant) == figures)
        #expect(try await store.patches.deriveBacklog() == 0)
    }

    @Test("after any changes the figures are what counting from scratch gives", arguments: 1...8 as ClosedRange<UInt64>)
    func random(seed: UInt64) async throws {
        var dice = SeededRandom(seed: seed)
        try await database.addIntelligence()
        for step in 1...14 {
            try await change(step, &dice)
            try await expectExact()
            let negative = try await store.app.query(
                "SELECT count(*) FROM tenant_patch_vulnerabilities WHERE endpoints < 0", tenant: tenant)
            #expect(try negative.int(0, 0) == 0)
        }
        #expect(try await !database.countedPatchFigures(tenant).isEmpty)
    }

    private func change(_ step: Int, _ dice: inout SeededRandom) async throws {
        let ids = try await store.app.query("SELECT id FROM endpoints ORDER BY hostname", tenant: tenant)
            .map { try $0.decode(0, as: EndpointID.self) }
        guard ids.count > 3, let one = ids.randomElement(using: &dice), let other = ids.randomElement(using: &dice)
        else {
            return try await report(step, &dice)
        }
        switch Int.random(in: 0..<10, using: &dice) {
        case 0, 1: try await report(step, &dice)
        case 2: _ = try await store.app.query("DELETE FROM endpoints WHERE id = $1", [.id(one)], tenant: tenant)
        case 3 where one != other:
            try await store.identities.merge(other, into: one, by: database.a.administrator)
        case 4:
            if let merge = try await store.identities.events(tenant: tenant).first(where: \.canBeUndone) {
                _ = try await store.identities.undo(merge.id, by: database.a.administrator)
            }
        case 5, 6:
            let package = ["openssl", "curl", "bash"].randomElement(using: &dice) ?? "bash"
            let fixed = ["openssl": "3.0.14", "curl": "7.89", "bash": "5.3"][package, default: "9"]
            try await database.load(records: [
                PatchSeeds.record(
                    "DSA-\(step)-1", on: package, fixed: "\(fixed)-\(step)", cves: ["CVE-2024-20\(step + 10)"])
            ])
            switch try await store.scans.follow(tenant: tenant, at: day(step)) {
            case .followed: break
            case .wholeScan: try await database.scan(database.a, at: day(step))
            }
        case 7:
            _ = try await store.exceptions.request(
                ExceptionRequest(
                    kind: .mitigated,
                    cve: [SeedFeeds.high, SeedFeeds.low, SeedFeeds.exploited].randomElement(using: &dice),
                    package: nil, endpoint: Bool.random(using: &dice) ? one : nil, tag: nil, reason: "set aside",
                    expiresAt: day(step + 2)), by: database.a.administrator, at: day(step))
        case 8: _ = try await store.exceptions.expire(at: day(step))
        default:
            try? await store.findings.setStatus(
                Bool.random(using: &dice) ? .inProgress : .open, of: SeedFeeds.high, on: one, reason: "at work",
                by: database.a.administrator)
            try await store.maintenance.run(at: day(step))
        }
    }

    /// Machines that come, or come with other software.
    private func report(_ step: Int, _ dice: inout SeededRandom) async throws {
        let inventories = (0..<4).map { _ in
            let packages = zip(SeedPackages.vulnerable, SeedPackages.updated).compactMap { old, new in
                [old, new, nil].randomElement(using: &dice) ?? nil
            }
            return Seed.inventory("host-\(Int.random(in: 0..<8, using: &dice))", packages: packages, at: day(step))
        }
        _ = try await store.inventories.ingest(inventories, tenant: tenant)
        try await database.scan(database.a, at: day(step))
    }
}
