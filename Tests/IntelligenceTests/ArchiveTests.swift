import Domain
import FoundationEssentials
import Intelligence
import TestSupport
import Testing

@Suite("Folders and archives of feeds")
struct ArchiveTests {
    @Test("a zip archive gives the records of all its files")
    func zip() throws {
        let reading = try Reading(path: Fixture.path("osv-debian.zip"))
        #expect(reading.advisories.map(\.id).sorted() == ["DLA-0001-1", "DSA-135", "DTSA-1-1"])
    }

    @Test("a tar archive may hold several sources' feeds, compressed ones too; other files are counted")
    func tar() throws {
        let reading = try Reading(path: Fixture.path("feeds.tar"))
        #expect(reading.report.summaries.map(\.source) == [.epss, .kev])
        #expect(reading.predictions.count == 2)
        #expect(reading.exploited.count == reading.report.summaries[1].records)
        #expect(reading.report.passedOver == 1)
    }

    @Test("naming a source takes just its feeds out of a folder")
    func named() throws {
        let reading = try Reading(path: Fixture.folder, source: .kev)
        #expect(reading.report.summaries.map(\.source) == [.kev])
        #expect(reading.report.passedOver > 10)
    }

    @Test("a folder is read with all below it, a link back to its top included once")
    func folder() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/a/b", withIntermediateDirectories: true)
        try folder.write(#"{"CVE-2020-0001":["1"]}"#, to: "a/b/map.json")
        try folder.write("not a feed", to: "notes.txt")
        try folder.write("not a feed", to: ".hidden")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/a/loop", withDestinationPath: folder.path)
        let reading = try Reading(path: folder.path)
        #expect(reading.exploits.map(\.cve) == ["CVE-2020-0001"])
        #expect(reading.report.passedOver == 1)
    }

    @Test("a folder without any feed is refused")
    func empty() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write("not a feed", to: "notes.txt")
        #expect(throws: IntelligenceError.unrecognised(path: folder.path)) { try Reading(path: folder.path) }
    }

    @Test("a feed given as another source's is refused by both names")
    func otherSource() {
        let path = Fixture.path("kev.json")
        #expect(throws: IntelligenceError.otherSource(path: path, named: .nvd, found: .kev)) {
            try Reading(path: path, source: .nvd)
        }
    }

    @Test(
        "a damaged byte anywhere in an archive is an error or does no harm; it never gives other records",
        arguments: ["osv-debian.zip", "osv-rocky.zip"])
    func damage(_ fixture: String) throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let bytes = try Fixture.bytes(fixture)
        let whole = Set(try Reading(path: Fixture.path(fixture)).advisories)
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x41
            let path = try folder.write(damaged, to: "damaged.zip")
            guard let reading = try? Reading(path: path) else { continue }
            #expect(whole.isSuperset(of: reading.advisories), "byte \(position)")
        }
    }

    @Test("a zip archive that is cut off is refused", arguments: [1, 4, 30, 500, 2000])
    func cutZip(_ length: Int) throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(Array(try Fixture.bytes("osv-debian.zip").prefix(length)), to: "cut.zip")
        #expect(throws: IntelligenceError.self) { try Reading(path: path) }
    }

    @Test("a tar archive that is cut off is refused, between two files too")
    func cutTar() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let bytes = try Fixture.bytes("feeds.tar")
        for length in stride(from: 512, to: 4096, by: 512) {
            let path = try folder.write(Array(bytes.prefix(length)), to: "cut.tar")
            #expect(throws: IntelligenceError.self, "\(length) bytes") { try Reading(path: path) }
        }
    }

    @Test("a tar header with an impossible size or a wrong checksum is refused")
    func tarHeader() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var bytes = try Fixture.bytes("feeds.tar")
        bytes.replaceSubrange(124..<136, with: [0x80] + [UInt8](repeating: 0xFF, count: 11))
        let path = try folder.write(bytes, to: "hostile.tar")
        #expect(throws: IntelligenceError.self) { try Reading(path: path) }
    }

    @Test("an error in a file of an archive names both")
    func names() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var bytes = try Fixture.bytes("feeds.tar")
        let list = try #require(bytes.firstRange(of: Array("\"vulnerabilities\"".utf8)))
        bytes[list.lowerBound] = UInt8(ascii: "!")
        let path = try folder.write(bytes, to: "broken.tar")
        let error = #expect(throws: IntelligenceError.self) { try Reading(path: path) }
        #expect(error?.message.contains("broken.tar: feeds/kev.json") == true)
    }
}

extension TestFolder {
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}
