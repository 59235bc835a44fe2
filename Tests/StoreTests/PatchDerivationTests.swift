import Domain
import FoundationEssentials
import Postgres
import Store
import TestRandomness
import TestSupport
import Testing

@Suite("What advisories say is fixed becomes patches", .database)
struct PatchDerivationTests {
    let database = TestDatabase.current
    var store: Store { database.store }

    private func catalogue(_ kind: String) async throws -> [String] {
        try await database.patchCatalogue().filter { $0.hasPrefix(kind + " | ") }
            .map { String($0.dropFirst(kind.count + 3)) }
    }

    @Test("where there is no notice the upload is the patch, with the severity of what it fixes")
    func uploads() async throws {
        try await database.addIntelligence()
        #expect(
            try await catalogue("patch") == [
                "debian/bash/5.2.15-3 | distribution_update | bash 5.2.15-3 | low | - | f | f | {\"Debian 12\"}",
                "debian/curl/7.88.1-10+deb12u6 | distribution_update | curl 7.88.1-10+deb12u6 | high | - | f | f | {\"Debian 12\"}",
                "debian/openssl/3.0.13-1~deb12u1 | distribution_update | openssl 3.0.13-1~deb12u1 | critical | - | f | f | {\"Debian 12\"}",
            ])
        #expect(try await catalogue("cve").contains("debian/curl/7.88.1-10+deb12u6 | \(SeedFeeds.high)"))
        let before = try await database.patchCatalogue()
        try await database.addIntelligence()
        #expect(try await database.patchCatalogue() == before)
    }

    @Test("a notice is the patch, with its own title and day, whenever it comes")
    func notices() async throws {
        try await database.load(records: [
            PatchSeeds.record("DEBIAN-CVE-2024-1002", on: "linux", fixed: "6.1.76-1", cves: ["CVE-2024-1002"])
        ])
        #expect(try await catalogue("patch").contains { $0.hasPrefix("debian/linux/6.1.76-1 ") })
        try await database.load(records: [
            PatchSeeds.record(
                "DSA-5618-1", on: "linux", fixed: "6.1.76-1", cves: ["CVE-2024-1003"], title: "linux - security update")
        ])
        #expect(
            try await catalogue("patch").contains(
                "DSA-5618-1 | distribution_update | linux - security update | - | 2024-02-01 | t | f | {\"Debian 12\"}")
        )
        #expect(try await catalogue("fix") == ["debian:12 | linux | 6.1.76-1 | DSA-5618-1"])
        // What the tracker says of the same version, the notice fixes as well.
        #expect(
            try await catalogue("cve").filter { $0.hasPrefix("DSA") } == [
                "DSA-5618-1 | CVE-2024-1002", "DSA-5618-1 | CVE-2024-1003",
            ])
    }

    @Test("the newest of a line is to be installed for all before it, and takes their place")
    func supersedence() async throws {
        try await database.load(records: [
            PatchSeeds.record("DSA-1-1", on: "openssl", fixed: "3.0-1", cves: ["CVE-2024-1001"]),
            PatchSeeds.record("DSA-3-1", on: "openssl", fixed: "3.0-10", cves: ["CVE-2024-1003"]),
        ])
        #expect(try await catalogue("order") == ["DSA-3-1 | DSA-1-1"])
        try await database.load(records: [
            PatchSeeds.record("DSA-2-1", on: "openssl", fixed: "3.0-9", cves: ["CVE-2024-1002"])
        ])
        #expect(try await catalogue("order") == ["DSA-2-1 | DSA-1-1", "DSA-3-1 | DSA-2-1"])
        #expect(
            try await catalogue("fix") == [
                "debian:12 | openssl | 3.0-1 | DSA-3-1", "debian:12 | openssl | 3.0-10 | DSA-3-1",
                "debian:12 | openssl | 3.0-9 | DSA-3-1",
            ])
        let superseded = try await store.owner.query(
            "SELECT kb_number FROM patches WHERE is_superseded AND kb_number LIKE 'DSA%' ORDER BY 1")
        #expect(try superseded.map { try $0.decode(0, as: String.self) } == ["DSA-1-1", "DSA-2-1"])
    }

    @Test("what is withdrawn fixes nothing any more, and the one before counts again")
    func withdrawn() async throws {
        try await database.load(records: [
            PatchSeeds.record("DSA-1-1", on: "openssl", fixed: "3.0-1", cves: ["CVE-2024-1001"]),
            PatchSeeds.record("DSA-3-1", on: "openssl", fixed: "3.0-10", cves: ["CVE-2024-1003"]),
        ])
        try await database.load(records: [
            PatchSeeds.record(
                "DSA-3-1", on: "openssl", fixed: "3.0-10", cves: ["CVE-2024-1003"], modified: "2024-04-01",
                withdrawn: "2024-04-01")
        ])
        #expect(try await catalogue("fix") == ["debian:12 | openssl | 3.0-1 | DSA-1-1"])
        #expect(try await catalogue("order") == [])
        let superseded = try await store.owner.query(
            "SELECT kb_number FROM patches WHERE is_superseded AND kb_number LIKE 'DSA%'")
        #expect(try superseded.map { try $0.decode(0, as: String.self) } == ["DSA-3-1"])
    }

    @Test("libraries of languages' registries are no patches of a machine")
    func registries() async throws {
        try await database.load(records: [
            PatchSeeds.record("GHSA-1", on: "lodash", fixed: "4.17.21", cves: ["CVE-2024-1001"], ecosystem: "npm")
        ])
        #expect(try await catalogue("patch") == [])
    }

    @Test("of Microsoft's updates the newest of what takes a one's place, for its product")
    func windows() async throws {
        let owner = store.owner
        _ = try await owner.query(
            """
            INSERT INTO patches (kb_number, title, released_date, products)
            VALUES ('KB1', 'January', '2024-01-09', '{A,B}'), ('KB2', 'February', '2024-02-13', '{A}'),
              ('KB3', 'March', '2024-03-12', '{B}'), ('KB4', 'March', '2024-03-12', '{A}'),
              ('KB8', 'one of a circle', '2024-01-09', '{C}'), ('KB9', 'the other', '2024-02-13', '{C}')
            """)
        _ = try await owner.query(
            """
            INSERT INTO patch_supersedence
            VALUES ('KB2', 'KB1'), ('KB4', 'KB2'), ('KB3', 'KB0'), ('KB8', 'KB9'), ('KB9', 'KB8')
            """)
        try await owner.transaction(tenant: nil) { connection in
            try await connection.run([Statement("INSERT INTO patch_backlog VALUES ('windows', ''), ('', '')")])
        }
        #expect(try await store.patches.deriveBacklog() == 1)
        let rows = try await owner.query(
            """
            SELECT f.fixed_version || ' ' || p.kb_number || ' ' || o.is_superseded
            FROM patch_fixes AS f
            JOIN patches AS p ON p.id = f.patch_id
            JOIN patches AS o ON o.kb_number = f.fixed_version
            WHERE f.ecosystem = 'windows'
            ORDER BY 1
            """)
        #expect(
            try rows.map { try $0.decode(0, as: String.self) } == [
                "KB1 KB4 true", "KB2 KB4 true", "KB3 KB3 false", "KB4 KB4 false", "KB8 KB9 true", "KB9 KB9 false",
            ])
    }

    @Test("an application's fixed versions are its releases, line by line")
    func applications() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let records = [
            ("CVE-2024-1001", "18.0", "18.19.1"), ("CVE-2024-1002", "18.0", "18.20.0"),
            ("CVE-2024-1003", "20.0", "20.12.0"),
        ]
        .map { cve, start, end in
            """
            {"cve": {"id": "\(cve)", "published": "2024-01-01T00:00:00.000",
                  "lastModified": "2024-01-02T00:00:00.000",
             "vulnStatus": "Analyzed", "descriptions": [{"lang": "en", "value": "A flaw"}], "metrics": {},
             "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": true,
               "criteria": "cpe:2.3:a:nodejs:node.js:*:*:*:*:*:*:*:*", "versionStartIncluding": "\(start)",
               "versionEndExcluding": "\(end)", "matchCriteriaId": "00000000-0000-0000-0000-000000000000"}]}]}],
             "references": []}}
            """
        }
        let path = try folder.write(
            """
            {"resultsPerPage": 3, "startIndex": 0, "totalResults": 3, "format": "NVD_CVE", "version": "2.0",
             "timestamp": "2024-02-01T00:00:00.000", "vulnerabilities": [\(records.joined(separator: ","))]}
            """, to: "nvd.json")
        try await store.intelligence.importFeed(path: path, source: .nvd, origin: "file")
        #expect(
            try await catalogue("fix") == [
                "cpe | a:nodejs:node.js | 18.19.1 | nodejs/node.js/18.20.0",
                "cpe | a:nodejs:node.js | 18.20.0 | nodejs/node.js/18.20.0",
                "cpe | a:nodejs:node.js | 20.12.0 | nodejs/node.js/20.12.0",
            ])
        // No package manager installs it: nobody is to take it for installed where it brings no package.
        let release = try await store.patches.named("nodejs/node.js/20.12.0")
        #expect(try await store.patches.packages(of: release).isEmpty)
        #expect(
            try await catalogue("patch").first
                == "nodejs/node.js/18.19.1 | application | Node.js 18.19.1 | - | - | f | t | {Nodejs}")
    }

    @Test(
        "whatever the order in which records come, the catalogue is the same", arguments: 1...6 as ClosedRange<UInt64>)
    func order(seed: UInt64) async throws {
        var dice = SeededRandom(seed: seed)
        var records = (1...24).map { number in
            let package = ["openssl", "curl", "linux"].randomElement(using: &dice) ?? "curl"
            let fixed = "\(Int.random(in: 1...6, using: &dice))-\(Int.random(in: 1...3, using: &dice))"
            let id = Bool.random(using: &dice) ? "DSA-\(number % 9)-1" : "DEBIAN-CVE-2024-\(number)"
            return (id: id, text: PatchSeeds.record(id, on: package, fixed: fixed, cves: ["CVE-2024-\(1000 + number)"]))
        }
        // One record to an id: another with it would take its place.
        var ids = Set<String>()
        records = records.filter { ids.insert($0.id).inserted }
        try await database.load(records: records.map(\.text))
        let expected = try await database.patchCatalogue().filter { !$0.hasPrefix("cve") }
        #expect(!expected.isEmpty)
        _ = try await store.owner.query("DELETE FROM advisories")
        _ = try await store.owner.query("TRUNCATE patch_supersedence, patch_vulnerabilities, patches CASCADE")
        for record in records.shuffled(using: &dice) { try await database.load(records: [record.text]) }
        let wanted = Set(expected.filter { $0.hasPrefix("patch") }.map { $0.split(separator: " ")[2] })
        let found = try await database.patchCatalogue().filter { line in
            // Uploads that a notice came for later stay as superseded ones without packages.
            !line.hasPrefix("cve") && (!line.hasPrefix("patch") || wanted.contains(line.split(separator: " ")[2]))
        }
        #expect(found == expected)
    }
}
