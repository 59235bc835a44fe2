import Domain
import FoundationEssentials
import Intelligence

/// Feeds as published, see `Fixtures/NOTICE`.
enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures"

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path(name))))
    }

    /// What `plain.csv.*` hold.
    static var plain: [UInt8] {
        get throws {
            let source = try ByteSources.open(path: path("plain.csv.gz"))
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
            defer { buffer.deallocate() }
            return Array(buffer.prefix(try source.read(into: buffer)))
        }
    }

    /// The fixtures that are a feed, or an archive of some.
    static let feeds = [
        "debian-tracker.json", "osv-alpine.zip", "osv-debian.zip", "osv-rocky.zip", "nvdcve-2.0-2002.json.gz",
        "nvdcve-2.0-2021.json.gz", "nvdcve-2.0-modified.json.gz", "nvd-api.json", "epss_scores-2021-04-14.csv.gz",
        "epss_scores-2023-03-07.csv.gz", "plain.csv.gz", "plain.csv.xz", "plain.csv.zst", "files_exploits.csv",
        "exploitdb-map.json", "kev.json", "kev.csv", "alsa-2023-4520.json", "feeds.tar",
        "cve-2024-3080.json", "ubuntu-cve-2024-51988.json", "redhat-cve-2023-6228.json.gz",
        "redhat-cve-2022-24834.json.gz", "redhat-rhsa-2025-23414.json.gz",
        "redhat-rhsa-2023-7207.json.gz", "alpine-secdb.json", "alpine-secdb.yaml",
        "vulndb-page.json",
        "msrc-2024-jan.json", "apple-macos.json",
    ]
}

/// What reading a feed gave.
struct Reading {
    var records: [IntelligenceRecord] = []
    var report = FeedReport()

    /// The only source's summary.
    var summary: FeedSummary { report.summaries[0] }

    init(path: String, source: IntelligenceSource? = nil) throws {
        var records: [IntelligenceRecord] = []
        report = try FeedReader.read(path: path, source: source) { records.append($0) }
        self.records = records
    }

    /// Reads a text by a source's importer.
    init(_ text: String, source: IntelligenceSource, chunk: Int = .max) throws {
        try self.init(Array(text.utf8), source: source, chunk: chunk)
    }

    init(_ bytes: [UInt8], source: IntelligenceSource, chunk: Int = .max) throws {
        var records: [IntelligenceRecord] = []
        let input = MemorySource(bytes, chunk: chunk)
        let summary = try FeedImporters.importer(for: source)?.read(input) { records.append($0) }
        self.records = records
        report.summaries = summary.map { [$0] } ?? []
    }

    var advisories: [Advisory] { records.compactMap { if case .advisory(let one) = $0 { one } else { nil } } }
    var vulnerabilities: [VulnerabilityRecord] {
        records.compactMap { if case .vulnerability(let one) = $0 { one } else { nil } }
    }
    var exploited: [KnownExploited] {
        records.compactMap { if case .knownExploited(let one) = $0 { one } else { nil } }
    }
    var predictions: [ExploitPrediction] {
        records.compactMap { if case .exploitPrediction(let one) = $0 { one } else { nil } }
    }
    var patches: [Patch] { records.compactMap { if case .patch(let one) = $0 { one } else { nil } } }
    var exploits: [ExploitList] { records.compactMap { if case .exploits(let one) = $0 { one } else { nil } } }
}

/// A moment in a feed's notation.
func moment(_ text: String) -> Date? { Timestamp.parse(text) }
