import Domain
import FoundationEssentials
import Postgres
import Scanner
import Store
import TestSupport
import Testing

@Suite("What follows an import, and what takes a whole scan", .database)
struct FollowTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    let monday = Seed.moment

    private func day(_ number: Int) -> Date { monday.addingTimeInterval(Double(number) * 86_400) }

    @Test("a new advisory makes its finding where the package is, and touches nothing else")
    func newAdvisory() async throws {
        let ids = try await database.prepareToFollow()
        _ = try await store.inventories.ingest(
            [Seed.inventory("other", packages: [SeedPackages.deb("bash", "5.2.15-2")])], tenant: database.a.id)
        try await database.scan(database.a, at: monday)
        try await database.load(.init(source: .osv, name: "new.json", text: TestDatabase.newAdvisory))
        let outcome = try await database.follow(at: day(1))
        #expect(outcome.endpoints == 3)
        #expect(outcome.changed == 3)
        #expect(outcome.opened == 3)
        #expect(outcome.remediated == 0)
        #expect(try await database.findingStatuses(ids[0])["CVE-2024-1005"] == .open)
        let again = try await database.follow(at: day(2))
        #expect(again == ScanStore.Outcome())
    }

    @Test("endpoints' scores follow their findings, also where the process died in between")
    func settles() async throws {
        let ids = try await database.prepareToFollow()
        let before = try await openFindings(ids[0])
        try await database.load(.init(source: .osv, name: "new.json", text: TestDatabase.newAdvisory))
        _ = try await database.follow(at: day(1))
        #expect(try await openFindings(ids[0]) == before)
        #expect(try await store.scans.settle(tenant: database.a.id) == 3)
        #expect(try await openFindings(ids[0]) == before + 1)
        #expect(try await store.scans.settle(tenant: database.a.id) == 0)
    }

    private func openFindings(_ id: EndpointID) async throws -> Int {
        try await store.endpoints.detail(id, tenant: database.a.id).summary.openFindings
    }

    @Test("exploitation that becomes known changes the findings that are there, and makes none")
    func exploited() async throws {
        let ids = try await database.prepareToFollow()
        let kev = """
            {"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2024.06.02",
             "dateReleased": "2024-06-02T00:00:00.0000Z", "count": 1,
             "vulnerabilities": [{"cveID": "\(SeedFeeds.high)", "vendorProject": "V", "product": "P",
               "vulnerabilityName": "Exploited", "dateAdded": "2024-06-01", "shortDescription": "",
               "requiredAction": "Apply.", "dueDate": "2024-06-22", "knownRansomwareCampaignUse": "Unknown",
               "notes": ""}]}
            """
        try await database.load(.init(source: .kev, name: "kev.json", text: kev))
        let outcome = try await database.follow(at: day(1))
        #expect(outcome.changed == 3)
        #expect(outcome.opened == 0)
        let found = try await store.findings.ofEndpoint(ids[0], tenant: database.a.id)
        let finding = found.first { $0.cve == SeedFeeds.high }
        #expect(finding?.isKnownExploited == true)
        #expect(finding?.history.count == 1)
    }

    @Test("loading the same again is no revision")
    func sameAgain() async throws {
        _ = try await database.prepareToFollow(1)
        let revision = try await store.intelligence.revision()
        try await database.addIntelligence()
        #expect(try await store.intelligence.revision() == revision)
    }

    @Test("what cannot be followed is named: the first advisories of an ecosystem, and findings of an unknown revision")
    func wholeScans() async throws {
        _ = try await database.prepareToFollow(1)
        let other = TestDatabase.newAdvisory.replacing("Debian:12", with: "Alpine:v3.19")
        try await database.load(.init(source: .osv, name: "new.json", text: other))
        #expect(try await store.scans.follow(tenant: database.a.id) == .wholeScan(.ecosystems))
        try await database.scan(database.a, at: day(1))
        #expect(try await database.follow(at: day(2)) == ScanStore.Outcome())
        _ = try await store.app.query(
            "UPDATE tenants SET matched_revision = 1 WHERE id = $1", [.id(database.a.id)], tenant: database.a.id)
        #expect(try await store.scans.follow(tenant: database.a.id) == .wholeScan(.unknownStart))
    }

    @Test("a tenant that has not been scanned has nothing to follow")
    func unscanned() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(2, in: database.a)
        #expect(try await database.follow(at: monday) == ScanStore.Outcome())
        let outcome = try await database.scan(database.a, at: monday)
        #expect(outcome.opened == 8)
    }

    @Test("names are folded by the database as by the program")
    func folding() async throws {
        let names = ["Requests", "ruamel.yaml_clib", "linux-image-6.1", "Über", "", "++", "a/b:C d", "\u{212A}elvin"]
        let folded = try await store.app.query(
            "SELECT folded_name(n) FROM unnest($1::text[]) WITH ORDINALITY AS u (n, i) ORDER BY i", [.textArray(names)],
            tenant: nil
        ).map { try $0.decode(0, as: String.self) }
        #expect(folded == names.map(LookupReach.folded))
    }

    @Test("of several packages with one vulnerability the first counts, at each scan the same")
    func severalPackages() {
        let id = UUID()
        func finding(_ package: String) -> StoredFinding {
            StoredFinding(
                vulnerability: id, packages: [package], installed: "1", fixed: nil, state: .affected, risk: 5,
                isKnownExploited: false, status: .open, detectedAt: monday, remediatedAt: nil, explanation: [])
        }
        let matched = [finding("one"), finding("two")]
        let first = FindingMerge(stored: [:], matched: matched, at: monday)
        #expect(first.rows[id]?.packages == ["one"])
        #expect(FindingMerge(stored: first.rows, matched: matched, at: day(1)).changed.isEmpty)
    }
}
