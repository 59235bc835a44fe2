import Domain
import Intelligence
import Store

/// Downloads what is newer and loads it, one source after the other; a source that cannot be had
/// does not keep the others back.
struct IntelligenceUpdate {
    let store: Store
    let directory: String
    /// Empty: all.
    let sources: [IntelligenceSource]

    /// - Returns: how many sources failed.
    func run() async throws -> Int {
        let downloader = FeedDownloader(directory: directory)
        var failures = 0
        var loaded = false
        for source in sources.isEmpty ? IntelligenceSource.allCases : sources {
            do {
                let files = try await downloader.update(source)
                for file in files {
                    let outcome = try await store.intelligence.importFeed(
                        path: file, source: source, origin: "download")
                    Console.note(outcome.sentence)
                    loaded = true
                }
                if files.isEmpty { Console.note("\(source.rawValue): nothing newer") }
            } catch let error as any UserFacingError {
                Console.note("\(source.rawValue): \(error.message)")
                failures += 1
            }
        }
        try await downloader.close()
        if loaded { try await store.intelligence.queueRescans() }
        return failures
    }
}
