import Domain
import FoundationEssentials
import Intelligence
import Store

/// Downloads what is newer and loads it. Sources are fetched at the same time and loaded as they come; one
/// that cannot be had does not keep the others back.
struct IntelligenceUpdate {
    let store: Store
    let directory: String
    let settings: DownloadSettings
    /// Empty: all.
    let sources: [IntelligenceSource]

    /// What came of the feeds of one source: those before the first that failed, and why it did.
    struct Arrival: Sendable {
        let source: IntelligenceSource
        var downloads: [FeedDownloader.Download] = []
        var pages: InterfaceUpdate.Pages?
        var failure: Failure?
    }

    struct Failure: Sendable {
        let location: FeedLocation
        let error: any UserFacingError
    }

    /// - Returns: how many sources failed.
    /// - Throws: `PostgresError` and other errors of the database; no source is then to blame.
    func run() async throws -> Int {
        let progress = TransferProgress()
        let downloader = FeedDownloader(directory: directory, settings: settings) { progress.show($0, $1, $2) }
        let result: Result<Int, any Error>
        do {
            result = .success(try await load(from: downloader, progress))
        } catch {
            result = .failure(error)
        }
        try await downloader.close()
        return try result.get()
    }

    private func load(from downloader: FeedDownloader, _ progress: TransferProgress) async throws -> Int {
        let locations = settings.locations(year: Self.year)
        let interfaces = InterfaceUpdate(directory: directory, settings: settings)
        let wanted = sources.isEmpty ? settings.sources : sources
        return try await withThrowingTaskGroup(of: Arrival.self) { group in
            for source in wanted where isFetched(source, locations) {
                group.addTask {
                    let own = locations.filter { $0.source == source }
                    if let arrival = try await interfaces.fetch(source, own, downloader) { return arrival }
                    return try await Self.fetch(own, source, downloader)
                }
            }
            var failures = 0
            var isAnythingNew = false
            for try await arrival in group {
                progress.clear()
                let (isNew, failed) = try await load(arrival)
                isAnythingNew = isAnythingNew || isNew
                failures += failed ? 1 : 0
            }
            if isAnythingNew { try await store.intelligence.queueFollowing() }
            return failures
        }
    }

    private func isFetched(_ source: IntelligenceSource, _ locations: [FeedLocation]) -> Bool {
        source == .nvd || source == .vulndb && settings.vulndb != nil || locations.contains { $0.source == source }
    }

    private static func fetch(
        _ locations: [FeedLocation], _ source: IntelligenceSource, _ downloader: FeedDownloader
    ) async throws -> Arrival {
        var arrival = Arrival(source: source)
        var waiting = locations[...]
        while let location = waiting.popFirst() {
            do {
                let download = try await downloader.fetch(location)
                if location.isList {
                    waiting += try downloader.listed(in: download)
                } else {
                    arrival.downloads.append(download)
                }
            } catch let error as any UserFacingError {
                if location.isOptional, case IntelligenceError.refused(_, 404) = error { continue }
                arrival.failure = Failure(location: location, error: error)
                return arrival
            }
        }
        return arrival
    }

    /// Loads what came, in order. A feed that was fetched before and not loaded, because the process was
    /// ended in between, is loaded now: the database knows what it has.
    private func load(_ arrival: Arrival) async throws -> (isNew: Bool, failed: Bool) {
        var isNew = false
        for download in arrival.downloads {
            do {
                let outcomes = try await load(download)
                for outcome in outcomes where !outcome.wasKnown {
                    ImportReport.show(outcome)
                    isNew = true
                }
            } catch let error as IntelligenceError {
                Console.note("\(arrival.source.rawValue): \(error.message)")
                return (isNew, true)
            }
        }
        if let pages = arrival.pages {
            do {
                for outcome in try await pages.load(store) { ImportReport.show(outcome) }
                isNew = true
            } catch let error as IntelligenceError {
                Console.note("\(arrival.source.rawValue): \(error.message)")
                return (isNew, true)
            }
        }
        if let failure = arrival.failure {
            let sentence = failure.error.message
            Console.note("\(arrival.source.rawValue): \(sentence)")
            try await store.intelligence.recordFailure(
                of: failure.location.name, feed: failure.location.fileName, sentence)
        } else if !isNew {
            Console.note("\(arrival.source.rawValue): nothing newer")
        }
        return (isNew, arrival.failure != nil)
    }

    private func load(_ download: FeedDownloader.Download) async throws -> [IntelligenceStore.ImportOutcome] {
        let location = download.location
        let feed = IntelligenceStore.Feed(
            path: download.path, source: location.source, origin: "download",
            provenance: .init(name: location.name, licence: location.licence, checksum: download.checksum),
            isPart: location.isPart)
        return try await store.intelligence.importFeeds([feed])
    }

    /// Whose feeds there are: the year of the clock, in UTC.
    private static var year: Int { Int(Date().formatted(.iso8601).prefix(4)) ?? 2002 }
}
