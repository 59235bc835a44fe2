import Domain
import FoundationEssentials
import Postgres
import Scanner
import Store
import TestSupport
import Testing

@Suite("Findings follow the intelligence", .database)
struct RematchTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    let monday = Seed.moment

    private func day(_ number: Int) -> Date { monday.addingTimeInterval(Double(number) * 86_400) }

    /// What a tenant's findings are, endpoint by endpoint, and what is counted of them.
    private func state(_ tenant: TenantID) async throws -> [String] {
        var lines: [String] = []
        for query in Self.state {
            lines += try await store.app.query(query, tenant: tenant).map { try $0.decode(0, as: String.self) }
        }
        return lines
    }

    private static let state = [
        """
        SELECT concat_ws(' | ', e.hostname, v.cve_id, f.packages::text, f.installed, coalesce(f.fixed, '-'), f.state,
          f.risk_score, f.known_exploited, f.status, f.detected_at, coalesce(f.remediated_at::text, '-'), f.explanation,
          f.history, f.package, f.ecosystem, coalesce(f.severity, '-'), coalesce(f.ssvc, '-'), coalesce(f.timeline, '-'),
          coalesce(f.due_at::text, '-'), coalesce(f.cvss::text, '-'), coalesce(f.epss::text, '-'), f.exploits,
          coalesce(f.vector, '-'))
        FROM endpoints AS e
        JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
        JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
        ORDER BY e.hostname, v.cve_id
        """,
        """
        SELECT concat_ws(' | ', hostname, risk_score, status, open_findings, excepted_findings, coalesce(worst_severity, '-'))
        FROM endpoints
        ORDER BY hostname
        """,
        """
        SELECT concat_ws(' | ', v.cve_id, t.endpoints_affected, t.endpoints_remediated, t.endpoints_excepted, t.max_risk)
        FROM tenant_vulnerabilities AS t
        JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
        WHERE t.endpoints_affected + t.endpoints_remediated + t.endpoints_excepted > 0
        ORDER BY v.cve_id
        """,
    ]

    private func load(_ feed: RematchFeeds.Feed) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(feed.text, to: feed.name)
        _ = try await store.intelligence.importFeed(path: path, source: feed.source, origin: feed.origin)
    }

    private func inventories(_ change: Int = 0) -> [Inventory] {
        let widget = { (version: String) in
            InstalledPackage(
                type: "application", name: "Widget", version: version,
                cpe: "cpe:2.3:a:acme:widget:\(version):*:*:*:*:*:*:*")
        }
        let pypi = InstalledPackage(type: "pypi", name: "requests", version: "2.28.1")
        let npm = InstalledPackage(type: "npm", name: "lodash", version: "4.17.\(19 + change % 2)")
        let kernel = SeedPackages.deb("linux-image-6.1.0-18-amd64", "6.1.76-1", source: "linux-signed-amd64")
        let python = SeedPackages.deb("python3-requests", "2.28.1+dfsg-1", source: "requests")
        var list = [
            Seed.inventory("plain-1"), Seed.inventory("plain-2"),
            Seed.inventory("updated", packages: SeedPackages.updated),
            Seed.inventory("kernel", packages: SeedPackages.vulnerable + [kernel]),
            Seed.inventory("languages", packages: SeedPackages.updated + [pypi, npm]),
            Seed.inventory("owned", packages: SeedPackages.updated + [python, pypi, kernel]),
            Seed.inventory("widget", packages: [widget("1.\(change % 3)"), pypi]),
        ]
        for (name, version) in [("alma-1", "18.14.0-1"), ("alma-2", "18.17.0-1")] {
            let node = InstalledPackage(
                type: "rpm", name: "nodejs", version: "1:\(version).module_el9.1.0+1+abc", module: "nodejs:18")
            let bash = InstalledPackage(type: "rpm", name: "bash", version: "5.1.\(6 + change % 3)-6.el9")
            var inventory = Seed.inventory(name, packages: [node, bash])
            inventory.os = OperatingSystem(id: "almalinux", name: "AlmaLinux", version: "9.3")
            list.append(inventory)
        }
        return list.map { inventory in
            var inventory = inventory
            inventory.collectedAt = monday.addingTimeInterval(Double(change))
            return inventory
        }
    }

    @Test(
        "after any imports, following gives what scanning the whole tenant gives, finding for finding",
        arguments: [1, 2, 3, 4] as [UInt64])
    func equalsWholeScans(seed: UInt64) async throws {
        var feeds = RematchFeeds(seed: seed)
        for feed in feeds.first() { try await load(feed) }
        let (follower, scanner) = (database.a.id, database.b.id)
        for tenant in [follower, scanner] { _ = try await store.inventories.ingest(inventories(), tenant: tenant) }
        var index = try await store.intelligence.buildRevisedIndex()
        for tenant in [follower, scanner] { _ = try await store.scans.scan(tenant: tenant, with: index, at: monday) }
        var followed = 0
        for number in 1...30 {
            let now = day(number)
            if number % 7 == 0 {
                // New inventories are scanned for their own sake.
                for tenant in [follower, scanner] {
                    _ = try await store.inventories.ingest(inventories(number), tenant: tenant)
                    _ = try await store.scans.scan(tenant: tenant, with: index, at: now)
                }
            }
            // Some imports are followed together.
            for _ in 0...(number % 3) { try await load(feeds.next()) }
            let older = index
            index = try await store.intelligence.buildRevisedIndex()
            _ = try await store.scans.scan(tenant: scanner, with: index, at: now)
            switch try await store.scans.follow(tenant: follower, products: older, at: now) {
            case .followed(_, let revision):
                followed += 1
                #expect(revision == index.revision)
            case .wholeScan: _ = try await store.scans.scan(tenant: follower, with: index, at: now)
            }
            _ = try await store.scans.settle(tenant: follower)
            try #require(try await state(follower) == state(scanner), "seed \(seed), import \(number)")
        }
        #expect(followed >= 8)
    }

    /// A tenant whose endpoints have been scanned with the seeds' intelligence.
    private func prepare(_ count: Int = 3) async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(count, in: database.a)
        try await database.scan(database.a, at: monday)
        return ids
    }

    private func statuses(_ endpoint: EndpointID) async throws -> [String: FindingStatus] {
        let views = try await store.findings.ofEndpoint(endpoint, tenant: database.a.id)
        return Dictionary(views.map { ($0.cve, $0.status) }) { first, _ in first }
    }

    private func followed(at now: Date) async throws -> ScanStore.Outcome {
        guard case .followed(let outcome, _) = try await store.scans.follow(tenant: database.a.id, at: now) else {
            throw TestFailure("not followed")
        }
        return outcome
    }

    private static let advisory = """
        [{"id": "DEBIAN-CVE-2024-1005", "upstream": ["CVE-2024-1005"], "summary": "Another flaw",
          "modified": "2024-06-02T00:00:00Z", "severity": [],
          "affected": [{"package": {"ecosystem": "Debian:12", "name": "coreutils"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.1-2"}]}]}]}]
        """

    @Test("a new advisory makes its finding where the package is, and touches nothing else")
    func newAdvisory() async throws {
        let ids = try await prepare()
        _ = try await store.inventories.ingest(
            [Seed.inventory("other", packages: [SeedPackages.deb("bash", "5.2.15-2")])], tenant: database.a.id)
        try await database.scan(database.a, at: monday)
        try await load(.init(source: .osv, name: "new.json", text: Self.advisory))
        let outcome = try await followed(at: day(1))
        #expect(outcome.endpoints == 3)
        #expect(outcome.changed == 3)
        #expect(outcome.opened == 3)
        #expect(outcome.remediated == 0)
        #expect(try await statuses(ids[0])["CVE-2024-1005"] == .open)
        let again = try await followed(at: day(2))
        #expect(again == ScanStore.Outcome())
    }

    @Test("endpoints' scores follow their findings, also where the process died in between")
    func settles() async throws {
        let ids = try await prepare()
        let before = try await openFindings(ids[0])
        try await load(.init(source: .osv, name: "new.json", text: Self.advisory))
        _ = try await followed(at: day(1))
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
        let ids = try await prepare()
        let kev = """
            {"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2024.06.02",
             "dateReleased": "2024-06-02T00:00:00.0000Z", "count": 1,
             "vulnerabilities": [{"cveID": "\(SeedFeeds.high)", "vendorProject": "V", "product": "P",
               "vulnerabilityName": "Exploited", "dateAdded": "2024-06-01", "shortDescription": "",
               "requiredAction": "Apply.", "dueDate": "2024-06-22", "knownRansomwareCampaignUse": "Unknown",
               "notes": ""}]}
            """
        try await load(.init(source: .kev, name: "kev.json", text: kev))
        let outcome = try await followed(at: day(1))
        #expect(outcome.changed == 3)
        #expect(outcome.opened == 0)
        let found = try await store.findings.ofEndpoint(ids[0], tenant: database.a.id)
        let finding = found.first { $0.cve == SeedFeeds.high }
        #expect(finding?.isKnownExploited == true)
        #expect(finding?.history.count == 1)
    }

    @Test("loading the same again is no revision")
    func sameAgain() async throws {
        _ = try await prepare(1)
        let revision = try await store.intelligence.revision()
        try await database.addIntelligence()
        #expect(try await store.intelligence.revision() == revision)
    }

    @Test("what cannot be followed is named: the first advisories of an ecosystem, and findings of an unknown revision")
    func wholeScans() async throws {
        _ = try await prepare(1)
        let other = Self.advisory.replacing("Debian:12", with: "Alpine:v3.19")
        try await load(.init(source: .osv, name: "new.json", text: other))
        #expect(try await store.scans.follow(tenant: database.a.id) == .wholeScan(.ecosystems))
        try await database.scan(database.a, at: day(1))
        #expect(try await followed(at: day(2)) == ScanStore.Outcome())
        _ = try await store.app.query(
            "UPDATE tenants SET matched_revision = 1 WHERE id = $1", [.id(database.a.id)], tenant: database.a.id)
        #expect(try await store.scans.follow(tenant: database.a.id) == .wholeScan(.unknownStart))
    }

    @Test("a tenant that has not been scanned has nothing to follow")
    func unscanned() async throws {
        try await database.addIntelligence()
        try await database.addEndpoints(2, in: database.a)
        #expect(try await followed(at: monday) == ScanStore.Outcome())
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

    @Test("a scan with older intelligence does not overwrite findings of newer")
    func outdated() async throws {
        let ids = try await prepare()
        let older = try await store.intelligence.buildRevisedIndex()
        try await load(.init(source: .osv, name: "new.json", text: Self.advisory))
        _ = try await followed(at: day(1))
        await #expect(throws: StoreError.outdatedIntelligence) {
            try await store.scans.scan(tenant: database.a.id, endpoints: [ids[0]], with: older, at: day(2))
        }
        #expect(try await statuses(ids[0])["CVE-2024-1005"] == .open)
        _ = try await database.scan(database.a, endpoints: [ids[0]], at: day(2))
        #expect(try await statuses(ids[0])["CVE-2024-1005"] == .open)
        // Another tenant's scan is another matter.
        try await database.addEndpoints(in: database.b)
        _ = try await store.scans.scan(tenant: database.b.id, with: older, at: day(2))
    }

    @Test("a scan that was matched before an import and writes after it is refused, whatever it covers")
    func overtaken() async throws {
        let ids = try await prepare()
        let older = try await store.intelligence.buildRevisedIndex()
        try await load(.init(source: .osv, name: "new.json", text: Self.advisory))
        let newer = try await store.intelligence.buildRevisedIndex()
        _ = try await store.scans.scan(tenant: database.a.id, endpoints: [ids[1]], with: newer, at: day(1))
        await #expect(throws: StoreError.outdatedIntelligence) {
            try await store.scans.scan(tenant: database.a.id, with: older, at: day(2))
        }
        #expect(try await followed(at: day(2)).opened == 2)
        for id in ids { #expect(try await statuses(id)["CVE-2024-1005"] == .open) }
    }

    @Test("cut off at any of its waits, it leaves nothing half done; once more gives what undisturbed gives")
    func cutOff() async throws {
        _ = try await prepare(5)
        try await database.addEndpoints(5, in: database.b)
        try await database.scan(database.b, at: monday)
        try await load(.init(source: .osv, name: "new.json", text: Self.advisory))
        let tenant = database.a.id
        let cut = try await store.owner.transaction { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let task = Task { try await store.scans.follow(tenant: tenant, at: day(1)) }
            var killed = 0
            while killed == 0 {
                killed = try await store.owner.query(
                    """
                    SELECT pg_terminate_backend(pid)
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
                    """
                ).count
            }
            return task
        }
        await #expect(throws: PostgresError.self) { try await cut.value }
        _ = try await followed(at: day(1))
        _ = try await store.scans.follow(tenant: database.b.id, at: day(1))
        for tenant in [database.a.id, database.b.id] { _ = try await store.scans.settle(tenant: tenant) }
        #expect(try await state(database.a.id) == state(database.b.id))
    }

    @Test("inventories that come in while it follows are not lost, and no finding is made of what they replaced")
    func withImports() async throws {
        _ = try await prepare(30)
        let tenant = database.a.id
        let advisories = (0..<4).map { number in
            Self.advisory.replacing("1005", with: "110\(number)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for text in advisories {
                    try await load(.init(source: .osv, name: "new.json", text: text))
                    _ = try await store.scans.follow(tenant: tenant)
                }
            }
            group.addTask {
                for round in 1...4 {
                    let inventories = (0..<30).map {
                        Seed.inventory(
                            "host-\($0)", packages: round % 2 == 0 ? SeedPackages.vulnerable : SeedPackages.updated,
                            at: monday.addingTimeInterval(Double(round)))
                    }
                    _ = try await store.inventories.ingest(inventories, tenant: tenant)
                    while true {
                        do {
                            let index = try await store.intelligence.buildRevisedIndex()
                            _ = try await store.scans.scan(tenant: tenant, with: index)
                            break
                        } catch StoreError.outdatedIntelligence {}
                    }
                }
            }
            try await group.waitForAll()
        }
        _ = try await store.scans.follow(tenant: tenant)
        _ = try await store.scans.settle(tenant: tenant)
        let followed = try await state(tenant).filter { !$0.isEmpty }
        let outcome = try await database.scan(database.a)
        #expect(outcome.changed == 0)
        #expect(try await state(tenant) == followed)
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
