import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("VEX statements of a tenant", .database)
struct VEXTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    let now = Seed.moment

    private func seeded(_ count: Int = 3) async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(count, in: database.a)
        try await database.addEndpoints(1, in: database.b)
        for tenant in [database.a, database.b] { try await database.scan(tenant) }
        return ids
    }

    private func later(_ days: Double) -> Date { now.addingTimeInterval(days * 86_400) }

    private func product(_ name: String, _ version: String = "", in host: String? = nil) -> VEXProduct {
        let package = InstalledPackage(type: "deb", name: name, version: version)
        return VEXProduct(
            component: VEXIdentity(id: "pkg:deb/debian/\(name)", package: package, family: "debian"),
            container: host.map { VEXIdentity(id: $0) })
    }

    private func statement(
        _ product: VEXProduct, _ status: VEXStatus = .notAffected, of cve: String = SeedFeeds.high, day: Double = 0
    ) -> VEXStatement {
        VEXStatement(
            vulnerabilities: [cve.lowercased(), "GHSA-xxxx"], products: [product], status: status,
            justification: status == .notAffected ? "vulnerable_code_not_present" : nil, author: "Example",
            date: later(day))
    }

    @discardableResult
    private func add(
        _ statements: VEXStatement..., name: String = "urn:one", day: Double = 0, content: String? = nil
    ) async throws -> VEXRecord {
        let document = VEXDocument(
            format: .openVEX, id: name, author: "Example", date: later(day), statements: statements)
        return try await store.vex.add(
            document, content: Array((content ?? "\(statements)").utf8), by: database.a.administrator, at: later(day))
    }

    private func finding(_ cve: String = SeedFeeds.high, on endpoint: EndpointID) async throws -> FindingStore.View {
        try await store.findings.finding(cve, on: endpoint, tenant: tenant)
    }

    /// The counts beside the findings are what counting gives.
    private func expectCountsAreExact(_ location: SourceLocation = #_sourceLocation) async throws {
        let differences = try await store.app.query(
            """
            SELECT e.id
            FROM endpoints AS e
            JOIN (
              SELECT finding_set_id, count(*) FILTER (WHERE status IN ('open', 'in_progress')) AS open,
                count(*) FILTER (WHERE status = 'exception') AS excepted
              FROM findings
              GROUP BY finding_set_id
            ) AS c USING (finding_set_id)
            WHERE (e.open_findings, e.excepted_findings) IS DISTINCT FROM (c.open, c.excepted)
            UNION ALL
            SELECT vulnerability_id
            FROM findings
            WHERE vex_id IS NOT NULL AND status <> 'exception'
            """, tenant: tenant)
        #expect(differences.isEmpty, sourceLocation: location)
    }

    @Test("hide findings at once and name themselves: out of the counts and the score, and still there")
    func hides() async throws {
        let ids = try await seeded()
        let before = try await store.endpoints.detail(ids[0], tenant: tenant).summary
        let record = try await add(statement(product("openssl"), of: SeedFeeds.exploited))
        #expect(record.findings == 3 && record.statements == 1 && record.importedBy == database.a.administrator.name)
        let said = try await store.vex.statements(of: record.id, tenant: tenant)
        #expect(said.map(\.findings) == [3] && said[0].statement.vulnerabilities.contains(SeedFeeds.exploited))
        for id in ids {
            let hidden = try await finding(SeedFeeds.exploited, on: id)
            #expect(hidden.status == .exception && hidden.priority.vex == said[0].id.uuid)
            #expect(
                hidden.history.last?.reason
                    == "VEX of Example, 2024-06-01: not_affected (vulnerable_code_not_present)")
            let endpoint = try await store.endpoints.detail(id, tenant: tenant)
            #expect(endpoint.summary.openFindings == 3 && endpoint.exceptedFindings == 1)
            #expect(endpoint.summary.riskScore < before.riskScore)
        }
        try await expectCountsAreExact()
        let rows = try await store.findings.list(.init(vex: .hidden), tenant: tenant)
        #expect(rows.total == 3 && rows.items.allSatisfy { $0.vex == said[0].id })
        #expect(try await store.findings.list(.init(vex: .all), tenant: tenant).total == 12)
        #expect(try await store.findings.list(.init(), tenant: tenant).total == 9)
        #expect(try await store.findings.list(.init(vex: .hidden), tenant: database.b.id).total == 0)
        #expect(try await store.vex.list(.init(), tenant: database.b.id).total == 0)
        let trail = try await store.audit.list(.init(action: "vex.import"), tenant: tenant).items
        #expect(trail.map(\.object) == ["urn:one"])
    }

    @Test("removed, what they hid counts again at once; and a scan comes to the same")
    func removes() async throws {
        let ids = try await seeded()
        let record = try await add(statement(product("curl")))
        try await database.scan(database.a, at: later(1))
        #expect(try await finding(on: ids[0]).status == .exception)
        try await store.vex.remove(record.id, by: database.a.administrator, at: later(2))
        for id in ids {
            let back = try await finding(on: id)
            #expect(back.status == .open && back.priority.vex == nil && back.priority.dueAt != nil)
            #expect(back.history.last?.reason == "no VEX statement hides it any more")
        }
        try await expectCountsAreExact()
        try await database.scan(database.a, at: later(3))
        #expect(try await finding(on: ids[0]).status == .open)
        await #expect(throws: StoreError.notFound(kind: "vex", id: record.id.description)) {
            try await store.vex.remove(record.id, by: database.a.administrator)
        }
        await #expect(throws: StoreError.self) {
            try await store.vex.remove(record.id, by: database.b.administrator)
        }
    }

    @Test("product and vulnerability must both be the finding's, and no statement makes a finding")
    func matching() async throws {
        let ids = try await seeded()
        try await add(
            statement(product("curl", "7.88.1-10+deb12u6")), statement(product("openssl")),
            statement(product("curl"), of: SeedFeeds.low),
            statement(product("coreutils"), .affected, of: SeedFeeds.low),
            statement(product("curl"), of: "CVE-2099-1"), statement(product("curl"), .affected))
        for id in ids {
            let findings = try await store.findings.ofEndpoint(id, tenant: tenant)
            #expect(findings.count == 4 && findings.allSatisfy { $0.status == .open })
        }
        try await database.scan(database.a, at: later(1))
        #expect(try await store.findings.list(.init(vex: .all), tenant: tenant).total == 12)
    }

    @Test("a statement about one host is of its findings alone, also those that a later scan finds")
    func hosts() async throws {
        let ids = try await seeded()
        try await add(
            statement(product("curl", in: "HOST-1")), statement(product("bash", in: "late-0"), of: SeedFeeds.low))
        for (place, id) in ids.enumerated() {
            #expect(try await finding(on: id).status == (place == 1 ? .exception : .open))
            #expect(try await finding(SeedFeeds.low, on: id).status == .open)
        }
        let late = try await database.addEndpoints(1, prefix: "late", in: database.a)[0]
        try await database.scan(database.a, at: later(1))
        #expect(try await finding(SeedFeeds.low, on: late).status == .exception)
        #expect(try await finding(on: ids[1]).status == .exception)
        #expect(try await finding(on: ids[0]).status == .open)
        try await expectCountsAreExact()
    }

    @Test("the statement made last counts, in whichever order the documents come")
    func newest() async throws {
        let id = try await seeded(1)[0]
        try await add(statement(product("curl"), .affected, day: 5), name: "urn:new", day: 5)
        try await add(statement(product("curl"), day: 1), name: "urn:old", day: 1)
        #expect(try await finding(on: id).status == .open)
        try await add(statement(product("curl"), .fixed, day: 9), name: "urn:newest", day: 9)
        #expect(try await finding(on: id).status == .exception)
    }

    @Test("the same document again changes nothing, a later edition replaces it, an earlier one is refused")
    func editions() async throws {
        let id = try await seeded(1)[0]
        let first = try await add(statement(product("curl"), day: 1), day: 1)
        let history = try await finding(on: id).history
        let again = try await add(statement(product("curl"), day: 1), day: 1)
        #expect(again.id == first.id && again.importedAt == first.importedAt)
        #expect(try await finding(on: id).history == history)
        let second = try await add(statement(product("openssl"), of: SeedFeeds.exploited, day: 2), day: 2)
        #expect(second.id == first.id && second.statements == 1 && second.findings == 1)
        #expect(try await finding(on: id).status == .open)
        #expect(try await finding(SeedFeeds.exploited, on: id).status == .exception)
        #expect(try await store.vex.list(.init(), tenant: tenant).total == 1)
        await #expect(throws: StoreError.self) { try await add(statement(product("curl"), day: 1), day: 1) }
        #expect(try await finding(SeedFeeds.exploited, on: id).status == .exception)
        try await expectCountsAreExact()
    }

    @Test("what a statement hides cannot be set open, nor is it when an exception on it ends")
    func precedence() async throws {
        let id = try await seeded(1)[0]
        try await add(statement(product("curl")))
        await #expect(throws: StoreError.self) {
            try await store.findings.setStatus(
                .open, of: SeedFeeds.high, on: id, reason: "", by: database.a.administrator)
        }
        let exception = try await store.exceptions.request(
            ExceptionRequest(kind: .accepted, cve: SeedFeeds.high, reason: "known", expiresAt: later(9)),
            by: database.a.administrator, at: now)
        #expect(try await finding(on: id).priority.exception != nil)
        try await store.exceptions.revoke(exception.id, by: database.a.administrator, at: later(1))
        let hidden = try await finding(on: id)
        #expect(hidden.status == .exception && hidden.priority.exception == nil && hidden.priority.vex != nil)
    }

    @Test("a document without an id or a statement is refused; pages of the list follow each other")
    func refusals() async throws {
        for (name, statements) in [("", [statement(product("curl"))]), ("urn:none", [])] {
            let document = VEXDocument(
                format: .csaf, id: name, author: "", date: nil, statements: statements)
            await #expect(throws: StoreError.self) {
                try await store.vex.add(document, content: [], by: database.a.administrator)
            }
        }
        for number in 0..<5 {
            try await add(
                statement(product("curl"), of: "CVE-2099-\(number)"), name: "urn:\(number)", day: Double(number))
        }
        var (names, query) = ([String](), VEXStore.Query(limit: 2))
        repeat {
            let page = try await store.vex.list(query, tenant: tenant)
            #expect(page.total == 5)
            names += page.items.map(\.document)
            query.cursor = page.next
        } while query.cursor != nil
        #expect(names == (0..<5).reversed().map { "urn:\($0)" })
        #expect(try await store.vex.list(.init(cve: "CVE-2099-3"), tenant: tenant).items.map(\.document) == ["urn:3"])
    }

    @Test("taken back, the migration opens what statements alone have hidden")
    func rollback() async throws {
        let ids = try await seeded()
        try await add(statement(product("curl")), statement(product("bash"), of: SeedFeeds.low))
        _ = try await store.exceptions.request(
            ExceptionRequest(kind: .accepted, cve: SeedFeeds.low, reason: "known", expiresAt: later(9)),
            by: database.a.administrator, at: now)
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        try await migrator.migrate(databaseURL: database.url, to: 31)
        try await migrator.migrate(databaseURL: database.url)
        for id in ids {
            #expect(try await finding(on: id).status == .open)
            #expect(try await finding(SeedFeeds.low, on: id).status == .exception)
        }
        try await expectCountsAreExact()
        let summaries = try await store.app.query(
            "SELECT endpoints_affected, endpoints_excepted, max_risk > 0 FROM tenant_vulnerabilities ORDER BY 1, 2",
            tenant: tenant
        ).map {
            "\(try $0.decode(0, as: Int.self)) \(try $0.decode(1, as: Int.self)) \(try $0.decode(2, as: Bool.self))"
        }
        #expect(summaries == ["0 3 false", "3 0 true", "3 0 true", "3 0 true"])
    }

    @Test("the change of one endpoint's status copies the statement with the finding")
    func copies() async throws {
        let ids = try await seeded()
        try await add(statement(product("curl")))
        try await store.findings.setStatus(
            .inProgress, of: SeedFeeds.low, on: ids[0], reason: "", by: database.a.administrator)
        for id in ids { #expect(try await finding(on: id).priority.vex != nil) }
        try await expectCountsAreExact()
    }
}
