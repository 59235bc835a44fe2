import Domain
import Foundation
import Inventories
import TestSupport
import Testing

@Suite("garrison import", .database, .blocking)
struct ImportTests {
    private struct Outcome: Decodable, Equatable {
        struct Rejection: Decodable, Equatable {
            let line: Int
            let reason: String
        }

        let endpoints: Int
        let created: Int
        let rejected: [Rejection]
        let rejectedCount: Int
    }

    private func host(_ name: String) -> String {
        String(decoding: Seed.inventory(name).json(), as: UTF8.self)
    }

    private func run(_ input: String, _ flags: String...) throws -> (status: Int32, outcome: Outcome) {
        let result = try GarrisonProcess.run(
            ["import", "--tenant", "alpha", "--json", "-"] + flags,
            environment: ["DATABASE_URL": TestDatabase.current.url], input: input)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let outcome = try? decoder.decode(Outcome.self, from: Data(result.output.utf8)) else {
            throw TestFailure("status \(result.status): \(result.complaints)")
        }
        return (result.status, outcome)
    }

    private func hostnames() async throws -> [String] {
        let database = TestDatabase.current
        return try await database.store.app.query(
            "SELECT hostname FROM endpoints WHERE tenant_id = $1 ORDER BY hostname", [.id(database.a.id)],
            tenant: database.a.id
        ).map { try $0.decode(0) }
    }

    @Test("many hosts, more than a batch; the same again changes nothing")
    func many() async throws {
        let text = (0..<1_203).map { host("host-\($0)") }.joined(separator: "\n")
        let first = try run(text)
        #expect(first.status == 0)
        #expect(first.outcome == Outcome(endpoints: 1_203, created: 1_203, rejected: [], rejectedCount: 0))
        #expect(try run(text).outcome.created == 0)
        #expect(try await hostnames().count == 1_203)
    }

    @Test("an import that is killed, at any moment, is completed by repeating it")
    func killed() async throws {
        let text = (0..<3_000).map { host("host-\($0)") }.joined(separator: "\n")
        let folder = try TestFolder()
        defer { folder.remove() }
        let file = try folder.write(text, to: "fleet.ndjson")
        for seconds in ["0.1", "0.4", "0.8", "1.6"] {
            _ = try GarrisonProcess.shell(
                "timeout -s KILL \(seconds) \"$GARRISON\" import --tenant alpha \(file)",
                environment: ["DATABASE_URL": TestDatabase.current.url])
            // Batches are whole: nothing of one is there, or all of it.
            #expect(try await hostnames().count % 500 == 0)
        }
        #expect(try run(text).outcome.endpoints == 3_000)
        #expect(try await hostnames().count == 3_000)
        #expect(try run(text).outcome.created == 0)
    }

    @Test("what was collected can be imported, and a scan is queued")
    func collected() async throws {
        let result = try GarrisonProcess.shell(
            "\"$GARRISON\" collect 2>/dev/null | \"$GARRISON\" import --tenant alpha -",
            environment: ["DATABASE_URL": TestDatabase.current.url])
        #expect(result.status == 0 && result.output.hasPrefix("1 endpoint(s), 1 of them new, "))
        let jobs = try await TestDatabase.current.store.owner.query("SELECT count(*) FROM jobs WHERE kind = 'scan'")
        #expect(try jobs[0].decode(0, as: Int.self) == 1)
    }

    @Test("valid inventories around a bad one are imported; the bad one is told with its line")
    func aroundBad() async throws {
        let text = [host("a"), "{\"hostname\": \"b\"}", host("c"), "hello", "{\"hostname\": \"e\",", host("f")]
        let (status, outcome) = try run(text.joined(separator: "\n"))
        #expect(status == 1)
        #expect(outcome.endpoints == 3 && outcome.rejectedCount == 3)
        #expect(outcome.rejected.map(\.line) == [2, 4, 5])
        #expect(outcome.rejected[0].reason.contains("The field os at line 2"))
        #expect(try await hostnames() == ["a", "c", "f"])
    }

    @Test("--strict writes nothing unless everything is valid, from a file and from a pipe")
    func strict() async throws {
        let bad = host("a") + "\n{}\n" + host("c")
        #expect(try run(bad, "--strict").outcome.rejected.map(\.line) == [2])
        let piped = try GarrisonProcess.shell(
            "printf '%s' '\(bad)' | \"$GARRISON\" import --strict --tenant alpha -",
            environment: ["DATABASE_URL": TestDatabase.current.url])
        #expect(piped.status == 1 && piped.complaints.contains("1 inventory was not imported; nothing was written"))
        #expect(try await hostnames().isEmpty)
        #expect(try run(host("a") + "\n" + host("c"), "--strict").outcome.endpoints == 2)
    }

    @Test("an inventory cut off anywhere is refused, and nothing of it is written")
    func truncated() async throws {
        let whole = host("a")
        for length in stride(from: 1, to: whole.utf8.count, by: whole.utf8.count / 6) {
            let (status, outcome) = try run(String(decoding: whole.utf8.prefix(length), as: UTF8.self))
            #expect(status == 1 && outcome.endpoints == 0 && outcome.rejectedCount == 1)
        }
        #expect(try await hostnames().isEmpty)
    }

    @Test("an address that the database would not take is told with its field; the batch goes on")
    func badAddress() async throws {
        let bad = #"{"hostname":"b","os":{"id":"a"},"network":{"interfaces":[{"name":"e","addresses":["999.1.1.1"]}]}}"#
        let (_, outcome) = try run(host("a") + "\n" + bad + "\n" + host("c"))
        #expect(outcome.rejected.first?.reason.contains("network.interfaces[0].addresses[0]") == true)
        #expect(try await hostnames() == ["a", "c"])
    }

    @Test(
        "nothing, no inventory and no file are failures with a sentence",
        arguments: [
            ("-", "", "The input is empty."), ("-", " \n\n", "The input is empty."),
            ("/nonexistent.json", "", "cannot read /nonexistent.json: No such file or directory"),
            ("/etc", "", "cannot read /etc: it is a directory"),
        ])
    func nothing(file: String, input: String, reason: String) throws {
        let result = try GarrisonProcess.onDatabase("import", "--tenant", "alpha", file, input: input)
        #expect(result.status == 1 && result.output.isEmpty && result.complaints.contains(reason))
    }

    @Test("a document of more than 64 MiB is refused by its size, in bounded memory")
    func huge() throws {
        let result = try GarrisonProcess.shell(
            """
            ulimit -v 4000000
            (printf '{"hostname":"'; head -c 200000000 /dev/zero | tr '\\0' a) | "$GARRISON" import --tenant alpha -
            """, environment: ["DATABASE_URL": TestDatabase.current.url])
        #expect(result.status == 1 && result.complaints.contains("larger than 64 MiB"))
    }
}
