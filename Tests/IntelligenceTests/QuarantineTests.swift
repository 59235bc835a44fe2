import Domain
import FoundationEssentials
import Glibc
import Intelligence
import TestSupport
import Testing

@Suite("Records that make no sense")
struct QuarantineTests {
    private func osv(_ records: String...) throws -> Reading {
        try Reading(records.joined(separator: "\n"), source: .osv)
    }

    private static let good = #"{"id":"GOOD-1","affected":[]}"#

    private static func record(
        _ id: String, name: String = "a", events: String = #"{"introduced":"0"}"#, details: String = ""
    ) -> String {
        #"{"id":"\#(id)","details":"\#(details)","affected":[{"package":{"ecosystem":"npm","name":"\#(name)"},"#
            + #""ranges":[{"type":"SEMVER","events":[\#(events)]}]}]}"#
    }

    @Test("one of them is left out with its reason; those around it are read")
    func single() throws {
        let long = String(repeating: "x", count: 10 << 20)
        for (record, id, reason) in [
            (Self.record("LONG-1", details: long), "LONG-1", "at most"),
            (
                Self.record("NAME-1", name: String(repeating: "n", count: 600)), "NAME-1",
                "a package's name has 600 bytes"
            ),
            (
                Self.record("VERSION-1", events: #"{"introduced":"\#(String(repeating: "1", count: 2000))"}"#),
                "VERSION-1", "2000 bytes"
            ),
            (#"{"id":"TYPE-1","affected":"none"}"#, "TYPE-1", "expected a"),
        ] {
            let reading = try osv(Self.good, record, Self.good)
            #expect(reading.advisories.map(\.id) == ["GOOD-1", "GOOD-1"])
            #expect(reading.summary.rejected.map(\.record) == [id])
            #expect(reading.summary.rejected[0].reason.contains(reason), "\(reading.summary.rejected)")
        }
    }

    @Test("a name that is no UTF-8 is none")
    func encoding() throws {
        let bytes = Array(Self.record("BAD-1", name: "caf_").utf8).map { $0 == UInt8(ascii: "_") ? 0xE9 : $0 }
        let reading = try Reading(bytes, source: .osv)
        #expect(reading.summary.rejected.map(\.reason) == ["a package's name is no valid UTF-8"])
    }

    @Test("a range that ends before it begins is absurd")
    func range() throws {
        let text = #"""
            {"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001","state":"PUBLISHED"},"containers":{"cna":{
             "affected":[{"packageName":"a","collectionURL":"https://pypi.org",
              "versions":[{"status":"affected","version":"2.0","lessThan":"1.0"}]}]}}}
            """#
        let reading = try Reading(text, source: .cve)
        #expect(reading.advisories.isEmpty)
        #expect(reading.summary.rejected.map(\.reason) == ["a range of a ends at 1.0, before it begins at 2.0"])
    }

    /// A record of each source whose feeds may have a line for each.
    private static let lines: [(IntelligenceSource, String)] = [
        (.osv, record("A-1")),
        (
            .ubuntu,
            #"{"id":"UBUNTU-CVE-2024-0001","modified":"2024-01-01T00:00:00Z","affected":[],"upstream":["CVE-2024-0001"]}"#
        ),
        (.nvd, #"{"cve":{"id":"CVE-2024-0001","descriptions":[{"lang":"en","value":"a {brace} and a \\n line"}]}}"#),
        (
            .cve,
            #"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001","state":"PUBLISHED"},"containers":{"cna":{}}}"#
        ),
        (.redhat, #"{"document":{"tracking":{"id":"CVE-2024-0001"}},"vulnerabilities":[{"cve":"CVE-2024-0001"}]}"#),
        (.vulndb, #"{"results":[{"vulndb_id":1,"title":"t","description":"d"}]}"#),
        (
            .msrc,
            #"{"DocumentTracking":{"Identification":{"ID":{"Value":"2024-Jan"}}},"ProductTree":{},"Vulnerability":[]}"#
        ),
    ]

    @Test("a line that is no JSON is left out with its number; the lines around it are read", arguments: lines)
    func brokenLine(_ source: IntelligenceSource, _ good: String) throws {
        let whole = try Reading([good, good, good, good].joined(separator: "\n"), source: source)
        let bad = [
            String(good.dropLast(3)), String(good.dropFirst()), "nonsense", good + "}", #"{"id":"\u12"}"#, "{{{{",
            String(repeating: "[", count: 1000), String(good.prefix(good.utf8.count / 2)),
        ]
        for line in bad {
            let text = [good, good, "", line, good, good].joined(separator: "\n")
            for chunk in [1, 7, Int.max] {
                let reading = try Reading(text, source: source, chunk: chunk)
                // What a line says before it breaks may be whole.
                #expect(reading.records.count - whole.records.count <= 1, "\(line)")
                #expect(reading.records.count >= whole.records.count, "\(line)")
                #expect(Set(reading.summary.rejected.map(\.record)) == ["line 4"], "\(line)")
            }
        }
    }

    @Test("many broken lines, the first of them too, and one longer than the buffer")
    func brokenLines() throws {
        let long = Self.record("LONG-1", details: String(repeating: "x", count: 600_000))
        let text = ["{broken", Self.record("A-1"), Self.record("A-2"), String(long.dropLast()), "}{", long]
        for ending in ["\n", "\r\n"] {
            let reading = try Reading(text.joined(separator: ending), source: .osv)
            #expect(reading.advisories.map(\.id) == ["A-1", "A-2", "LONG-1"])
            #expect(reading.summary.rejected.map(\.record) == ["line 1", "line 4", "line 5"])
            #expect(reading.summary.rejected[1].reason.contains("the line ends within a record"))
        }
        // The first record may be the long one.
        let reading = try Reading(
            [long, Self.record("A-1"), "{", Self.record("A-2")].joined(separator: "\n"), source: .osv)
        #expect(reading.advisories.map(\.id) == ["LONG-1", "A-1", "A-2"])
        #expect(reading.summary.rejected.map(\.record) == ["line 3"])
    }

    @Test("a document of several lines that breaks is refused, as is one that is cut off in its last line")
    func brokenDocument() throws {
        let list = "[\n\(Self.record("A-1")),\n\(Self.record("A-2")) x,\n\(Self.record("A-3"))\n]"
        #expect(throws: IntelligenceError.self) { try Reading(list, source: .osv) }
        let pretty = "{\n \"id\": \"A-1\",\n \"affected\": [}\n}\n{\n \"id\": \"A-2\"\n}\n"
        #expect(throws: IntelligenceError.self) { try Reading(pretty, source: .osv) }
        let cut = [Self.record("A-1"), Self.record("A-2"), Self.record("A-3")].joined(separator: "\n").dropLast(9)
        let error = #expect(throws: IntelligenceError.self) { try Reading(String(cut), source: .osv) }
        #expect(error?.code == "feed.truncated")
    }

    @Test("a file of an archive that is broken is that record's fault")
    func member() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write(Self.record("A-1"), to: "a.json")
        try folder.write(#"{"id":"B-1","modified":"2024-01-01T00:00:00Z","affected":[],]}"#, to: "b.json")
        try folder.write(String(Self.record("C-1").dropLast(2)), to: "c.json")
        try folder.write(Self.record("D-1"), to: "d.json")
        let reading = try Reading(path: folder.path, source: .osv)
        #expect(reading.advisories.map(\.id) == ["A-1", "D-1"])
        #expect(reading.summary.rejected.map(\.record) == ["b.json", "c.json"])
    }

    @Test("a bomb is left soon, whatever it is made with")
    func bomb() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/bomb"
        for tool in ["gzip -9", "xz -1", "zstd -q"] {
            let made = try await Shell.run([
                "sh", "-c", "head -c 900000000 /dev/zero | tr '\\0' ' ' | \(tool) > \(path)",
            ])
            try #require(made.status == 0, "\(made.output)")
            let error = #expect(throws: IntelligenceError.self) { try Reading(path: path, source: .osv) }
            #expect(error?.code == "feed.expansion", "\(tool)")
        }
    }
}
