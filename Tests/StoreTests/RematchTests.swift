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

    /// Exceptions for a package everywhere and for one on one endpoint, until the twentieth day.
    private func except(_ tenant: TenantID, at now: Date) async throws {
        let row = try await store.app.query("SELECT id FROM endpoints WHERE hostname = 'plain-1'", tenant: tenant)[0]
        let endpoint: EndpointID = try row.decode(0)
        let principal = Principal(tenant: tenant, role: .admin, subject: .system, name: "ann@alpha.test")
        for (package, endpoint) in [("bash", nil), ("lodash", nil), ("openssl", endpoint)] {
            let request = ExceptionRequest(
                kind: .mitigated, cve: nil, package: package, endpoint: endpoint, tag: nil, reason: "behind a proxy",
                expiresAt: day(20))
            _ = try await store.exceptions.request(request, by: principal, at: now)
        }
    }

    @Test(
        "after any imports, following gives what scanning the whole tenant gives, finding for finding",
        arguments: [1, 2, 3, 4] as [UInt64])
    func equalsWholeScans(seed: UInt64) async throws {
        var feeds = RematchFeeds(seed: seed)
        for feed in feeds.first() { try await database.load(feed) }
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
            if number == 4 { for tenant in [follower, scanner] { try await except(tenant, at: now) } }
            _ = try await store.exceptions.expire(at: now)
            // Some imports are followed together.
            for _ in 0...(number % 3) { try await database.load(feeds.next()) }
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
            let (mine, theirs) = (
                try await database.findingState(follower), try await database.findingState(scanner)
            )
            let difference = zip(mine, theirs).first { $0 != $1 }
            try #require(mine == theirs, "seed \(seed), import \(number): \(String(describing: difference))")
        }
        #expect(followed >= 8)
    }

    @Test("a scan with older intelligence does not overwrite findings of newer")
    func outdated() async throws {
        let ids = try await database.prepareToFollow()
        let older = try await store.intelligence.buildRevisedIndex()
        try await database.load(.init(source: .osv, name: "new.json", text: TestDatabase.newAdvisory))
        _ = try await database.follow(at: day(1))
        await #expect(throws: StoreError.outdatedIntelligence) {
            try await store.scans.scan(tenant: database.a.id, endpoints: [ids[0]], with: older, at: day(2))
        }
        #expect(try await database.findingStatuses(ids[0])["CVE-2024-1005"] == .open)
        _ = try await database.scan(database.a, endpoints: [ids[0]], at: day(2))
        #expect(try await database.findingStatuses(ids[0])["CVE-2024-1005"] == .open)
        // Another tenant's scan is another matter.
        try await database.addEndpoints(in: database.b)
        _ = try await store.scans.scan(tenant: database.b.id, with: older, at: day(2))
    }

    @Test("a scan that was matched before an import and writes after it is refused, whatever it covers")
    func overtaken() async throws {
        let ids = try await database.prepareToFollow()
        let older = try await store.intelligence.buildRevisedIndex()
        try await database.load(.init(source: .osv, name: "new.json", text: TestDatabase.newAdvisory))
        let newer = try await store.intelligence.buildRevisedIndex()
        _ = try await store.scans.scan(tenant: database.a.id, endpoints: [ids[1]], with: newer, at: day(1))
        await #expect(throws: StoreError.outdatedIntelligence) {
            try await store.scans.scan(tenant: database.a.id, with: older, at: day(2))
        }
        #expect(try await database.follow(at: day(2)).opened == 2)
        for id in ids { #expect(try await database.findingStatuses(id)["CVE-2024-1005"] == .open) }
    }

    @Test("cut off at any of its waits, it leaves nothing half done; once more gives what undisturbed gives")
    func cutOff() async throws {
        _ = try await database.prepareToFollow(5)
        try await database.addEndpoints(5, in: database.b)
        try await database.scan(database.b, at: monday)
        try await database.load(.init(source: .osv, name: "new.json", text: TestDatabase.newAdvisory))
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
        _ = try await database.follow(at: day(1))
        _ = try await store.scans.follow(tenant: database.b.id, at: day(1))
        for tenant in [database.a.id, database.b.id] { _ = try await store.scans.settle(tenant: tenant) }
        #expect(try await database.findingState(database.a.id) == database.findingState(database.b.id))
    }

    @Test("inventories that come in while it follows are not lost, and no finding is made of what they replaced")
    func withImports() async throws {
        _ = try await database.prepareToFollow(30)
        let tenant = database.a.id
        let advisories = (0..<4).map { number in
            TestDatabase.newAdvisory.replacing("1005", with: "110\(number)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for text in advisories {
                    try await database.load(.init(source: .osv, name: "new.json", text: text))
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
        let followed = try await database.findingState(tenant).filter { !$0.isEmpty }
        let outcome = try await database.scan(database.a)
        #expect(outcome.changed == 0)
        #expect(try await database.findingState(tenant) == followed)
    }
}
