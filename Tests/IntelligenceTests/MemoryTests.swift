import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite("Feeds of any size in little memory", .serialized)
struct MemoryTests {
    /// The importers hold a record at a time; the rest is the program itself.
    private static let limit = 120 << 20

    @Test(
        "reading a large feed takes no more memory than a small one",
        arguments: [(IntelligenceSource.nvd, 250), (.osv, 120), (.debian, 120)])
    func feed(_ source: IntelligenceSource, _ megabytes: Int) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (path, records) = try GeneratedFeed.write(source, bytes: megabytes << 20, in: folder)
        let run = try await Program(garrison: ["intel", "check", path]).end()
        #expect(run.status == 0)
        #expect(run.text.contains("\(records) records"))
        #expect(run.peakBytes > 0)
        #expect(run.peakBytes < Self.limit, "\(run.peakBytes >> 20) MiB")
    }

    @Test("check tells what a feed holds, as JSON too, and what is wrong with one that is damaged")
    func check() async throws {
        let good = try await Program(garrison: ["intel", "check", "--json", Fixture.path("exploitdb-map.json")]).end()
        #expect(good.status == 0)
        #expect(good.text.contains(#""record" : "CVE-/2019-1863""#))
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"#, to: "kev.json")
        let bad = try await Program(garrison: ["intel", "check", path]).end()
        #expect(bad.status == 1)
        #expect(bad.complaints.contains("\(path) ends too early"))
        #expect(try await Program(garrison: ["intel", "check", "--source", "nothing", path]).end().status == 2)
    }
}
