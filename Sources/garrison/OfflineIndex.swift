import Domain
import FoundationEssentials
import Intelligence
import Scanner

/// Indexes for scans without a database.
enum OfflineIndex {
    /// An index file, a directory of feeds, or the bundled data (nil), whose index is made once and
    /// kept in the cache directory.
    static func open(_ path: String?) throws -> ScanIndex {
        guard let path else { return try bundled() }
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandError.unreadable(path: path, reason: "no such file or directory")
        }
        guard !isDirectory else { return try build(from: path) }
        do throws(ScannerError) {
            return try ScanIndex(contentsOfFile: path)
        } catch {
            // A file is an index unless it says that it is none; then it may be a feed.
            guard case .notAnIndex = error else { throw error }
            return try build(from: path)
        }
    }

    /// Reads all feeds of a directory, told apart by content.
    static func build(from path: String) throws -> ScanIndex {
        var builder = ScanIndexBuilder()
        let report = try FeedReader.read(path: path, source: nil) { builder.add($0) }
        for summary in report.summaries {
            for rejected in summary.rejected.prefix(5) {
                Console.note("intel: skipped \(rejected.record): \(rejected.reason)")
            }
            if summary.skipped > 5 { Console.note("intel: skipped \(summary.skipped - 5) more records") }
        }
        return builder.finish()
    }

    private static func bundled() throws -> ScanIndex {
        let bundle = try IntelligenceBundle(directory: try ResourceLocator.bundle())
        let cache = "\(cacheDirectory)/bundle-\(bundle.digest).index"
        if let index = try? ScanIndex(contentsOfFile: cache) { return index }
        var builder = ScanIndexBuilder()
        for file in bundle.files {
            _ = try FeedReader.read(path: file.path, source: file.source) { builder.add($0) }
        }
        let index = builder.finish()
        try? FileManager.default.createDirectory(atPath: cacheDirectory, withIntermediateDirectories: true)
        // A cache that cannot be written costs the next run a second, nothing else.
        try? index.write(toFile: cache)
        return index
    }

    private static var cacheDirectory: String {
        if let cache = environment("XDG_CACHE_HOME") { return "\(cache)/garrison" }
        return "\(environment("HOME") ?? "/tmp")/.cache/garrison"
    }
}
