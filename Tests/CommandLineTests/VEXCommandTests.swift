import Foundation
import TestSupport
import Testing

@Suite("VEX documents from the command line", .database, .blocking)
struct VEXCommandTests {
    private func garrison(_ arguments: String..., input: String = "") throws -> GarrisonProcess {
        try GarrisonProcess.run(
            arguments, environment: ["DATABASE_URL": TestDatabase.current.url], input: input)
    }

    private static let document = """
        {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:vex:1", "author": "Example Inc.",
         "timestamp": "2024-06-01T00:00:00Z", "version": 1, "statements": [
           {"vulnerability": {"name": "\(SeedFeeds.high)"}, "products": ["pkg:deb/debian/curl"], "status": "fixed"}]}
        """

    @Test("imported, listed with what it hides, and removed by the publisher's id")
    func life() async throws {
        let database = TestDatabase.current
        try await database.addIntelligence()
        try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(Self.document, to: "vex.json")
        let imported = try garrison("vex", "import", "--tenant", "alpha", path)
        #expect(imported.status == 0, "\(imported.complaints)")
        #expect(imported.output == "urn:vex:1: 1 statement(s), 2 finding(s) hidden\n")
        let piped = try garrison("vex", "import", "--tenant", "alpha", "--json", "-", input: Self.document)
        let records: [[String: Any]] = try piped.json()
        #expect(records.map { $0["document"] as? String } == ["urn:vex:1"])
        let listed: [[String: Any]] = try garrison("vex", "list", "--tenant", "alpha", "--json").json()
        #expect(listed.count == 1 && listed[0]["findings"] as? Int == 2 && listed[0]["format"] as? String == "openvex")
        #expect(try garrison("vex", "list", "--tenant", "alpha").output.contains("Example Inc."))
        #expect(try garrison("vex", "list", "--tenant", "beta").complaints.contains("no VEX document yet"))
        let removed = try garrison("vex", "remove", "--tenant", "alpha", "urn:vex:1")
        #expect(removed.status == 0 && removed.complaints.contains("2 finding(s)"))
        #expect(try garrison("vex", "remove", "--tenant", "alpha", "urn:vex:1").status == 1)
    }

    @Test("one that cannot be used is told with its reason, and the others are imported")
    func refusals() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let good = try folder.write(Self.document, to: "good.json")
        let bad = try folder.write(#"{"bomFormat": "CycloneDX"}"#, to: "bad.json")
        let result = try garrison("vex", "import", "--tenant", "alpha", bad, good)
        #expect(result.status == 1)
        #expect(result.complaints.contains("bad.json: ") && result.complaints.contains("OpenVEX"))
        #expect(result.output.hasPrefix("urn:vex:1: "))
    }
}
