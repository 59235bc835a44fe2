import Domain
import FoundationEssentials
import Intelligence
import TestRandomness
import TestSupport
import Testing

@Suite("Damaged and hostile feeds")
struct HostileFeedTests {
    @Test("a feed that is cut off anywhere is an error that names the file", arguments: Fixture.feeds)
    func truncation(_ fixture: String) throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let bytes = try Fixture.bytes(fixture)
        let isText = fixture.hasSuffix(".csv") || fixture.hasSuffix(".yaml")
        for length in Set(stride(from: 1, to: bytes.count - 8, by: max(1, bytes.count / 150))) {
            let path = try folder.write(Array(bytes.prefix(length)), to: fixture)
            // A table or a list has no end of its own: what is missing of it cannot be seen.
            if isText, (try? Reading(path: path)) != nil { continue }
            let error = #expect(throws: IntelligenceError.self, "\(length) bytes") { try Reading(path: path) }
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("changed bytes never end the process", arguments: Fixture.feeds)
    func mutation(_ fixture: String) throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let bytes = try Fixture.bytes(fixture)
        var generator = SeededRandom(seed: UInt64(bytes.count))
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let position = Int.random(in: 0..<changed.count, using: &generator)
                changed[position] = UInt8.random(in: 0...255, using: &generator)
            }
            let path = try folder.write(changed, to: fixture)
            _ = try? Reading(path: path)
        }
    }

    @Test("an error tells file, byte and place")
    func place() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let text =
            #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2024-0001"}, {"cveID" "CVE-2024-0002"}]}"#
        let path = try folder.write(text, to: "kev.json")
        #expect(
            throws: IntelligenceError.malformed(
                input: path, offset: 81, path: "$.vulnerabilities[1]", reason: "a colon was expected")
        ) { try Reading(path: path) }
    }

    @Test("brackets without end use neither the stack nor the memory")
    func depth() throws {
        for opening in ["[", #"{"a":"#] {
            let bytes = Array(String(repeating: opening, count: 200_000).utf8)
            for source in [IntelligenceSource.nvd, .osv, .debian, .kev] {
                #expect(throws: IntelligenceError.self) { try Reading(bytes, source: source) }
            }
            #expect(FeedFormat.detect(bytes) == nil)
        }
    }

    @Test("numbers and strings without end are refused")
    func length() {
        let digits = #"{"vulnerabilities":[{"cve":{"id":"# + String(repeating: "9", count: 10_000)
        #expect(throws: IntelligenceError.self) { try Reading(digits, source: .nvd) }
        let letters = #"{"vulnerabilities":[{"cve":{"id":""# + String(repeating: "x", count: 20 << 20)
        #expect(throws: IntelligenceError.self) { try Reading(letters, source: .nvd) }
        let row = "cve,epss\n" + String(repeating: "x", count: 2 << 20)
        #expect(throws: IntelligenceError.self) { try Reading(row, source: .epss) }
    }

    @Test("a compressed stream with other data behind it is damaged")
    func trailing() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        for fixture in ["plain.csv.gz", "plain.csv.xz"] {
            let path = try folder.write(try Fixture.bytes(fixture) + Array("more".utf8), to: fixture)
            #expect(throws: IntelligenceError.self) { try Reading(path: path) }
        }
    }

    @Test("streams of the same kind after each other are one feed")
    func concatenated() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        for fixture in ["plain.csv.gz", "plain.csv.xz", "plain.csv.zst"] {
            let path = try folder.write(try Fixture.bytes(fixture) + Fixture.bytes(fixture), to: fixture)
            // The second's comment and header are two lines that are no scores.
            let reading = try Reading(path: path)
            #expect(reading.predictions.count == 4)
            #expect(reading.summary.skipped == 2)
        }
    }

    @Test("an empty file and a missing one are errors")
    func nothing() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write("", to: "empty.json")
        #expect(throws: IntelligenceError.truncated(input: path, offset: 0)) { try Reading(path: path, source: .osv) }
        #expect(throws: IntelligenceError.self) { try Reading(path: "\(folder.path)/missing.json") }
    }

    @Test("a feed in which no record makes sense is refused with the first reason")
    func unusable() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write("cve,epss,percentile\nnone,0.1,0.2\nneither,0.1,0.2\n", to: "epss.csv")
        #expect(throws: IntelligenceError.nothingUsable(path: path, records: 2, reason: "cve is no CVE id")) {
            try Reading(path: path)
        }
    }

    @Test("how the bytes arrive makes no difference", arguments: [1, 2, 3, 7, 4096])
    func chunks(_ size: Int) throws {
        for (fixture, source) in [("nvd-api.json", IntelligenceSource.nvd), ("debian-tracker.json", .debian)] {
            let bytes = try Fixture.bytes(fixture)
            let whole = try Reading(bytes, source: source)
            let pieces = try Reading(bytes, source: source, chunk: size)
            #expect(pieces.vulnerabilities == whole.vulnerabilities)
            #expect(pieces.advisories == whole.advisories)
            #expect(pieces.summary == whole.summary)
        }
    }
}
