import Domain
import FoundationEssentials
import Intelligence
import Store

/// Sources that are asked page by page or document by document, where the settings say so.
struct InterfaceUpdate: Sendable {
    let directory: String
    let settings: DownloadSettings

    /// What is here to be loaded and then forgotten.
    struct Pages: Sendable {
        let source: IntelligenceSource
        /// The folder that they are in; nil where only `withdrawn` is to be done.
        let path: String?
        let licence: String
        /// Whether they hold what changed alone.
        let isPart: Bool
        /// The ids of documents that their publisher took back.
        var withdrawn: [String] = []
        let complete: @Sendable () throws -> Void

        /// A process that is ended before the end loads them again, which changes nothing.
        func load(_ store: Store) async throws -> [IntelligenceStore.ImportOutcome] {
            var outcomes: [IntelligenceStore.ImportOutcome] = []
            if !withdrawn.isEmpty { try await store.intelligence.withdraw(withdrawn, of: source) }
            if let path {
                let feed = IntelligenceStore.Feed(
                    path: path, source: source, origin: "download",
                    provenance: .init(name: source.rawValue, licence: licence), isPart: isPart)
                outcomes = try await store.intelligence.importFeeds([feed])
            }
            try complete()
            return outcomes
        }
    }

    /// Nil for a source that is fetched as files.
    func fetch(
        _ source: IntelligenceSource, _ locations: [FeedLocation], _ downloader: FeedDownloader
    ) async throws -> IntelligenceUpdate.Arrival? {
        do {
            if source == .nvd, settings.nvd.isUsed {
                let api = try NVDAPI(directory: directory, settings: settings)
                return try await fetch(source, api, "public domain (NVD, US government)")
            }
            if source == .redhat, let archive = locations.first {
                return try await fetch(archive, downloader)
            }
            guard source == .vulndb, settings.vulndb != nil else { return nil }
            let api = try VulnDBAPI(directory: directory, settings: settings)
            return try await fetch(source, api, "by contract (VulnDB, Flashpoint)")
        } catch let error as any UserFacingError {
            let location = FeedLocation(source: source, url: "", fileName: "\(source.rawValue)-api")
            return IntelligenceUpdate.Arrival(
                source: source, failure: IntelligenceUpdate.Failure(location: location, error: error))
        }
    }

    private func fetch(
        _ source: IntelligenceSource, _ api: any PagedAPI, _ licence: String
    ) async throws -> IntelligenceUpdate.Arrival {
        let path = try await Self.closing(api.close) { try await api.fetch(now: Date()) }
        let pages = path.map {
            Pages(source: source, path: $0, licence: licence, isPart: !api.isWhole) { try api.complete() }
        }
        return IntelligenceUpdate.Arrival(source: source, pages: pages)
    }

    private func fetch(
        _ archive: FeedLocation, _ downloader: FeedDownloader
    ) async throws -> IntelligenceUpdate.Arrival {
        let documents = try RedHatDocuments(
            archive: archive, directory: directory, settings: settings, downloader: downloader)
        let arrival = try await Self.closing(documents.close) { try await documents.fetch() }
        var pages: Pages?
        if arrival.changed != nil || !arrival.withdrawn.isEmpty {
            pages = Pages(
                source: archive.source, path: arrival.changed, licence: archive.licence, isPart: true,
                withdrawn: arrival.withdrawn
            ) { try documents.complete() }
        }
        return IntelligenceUpdate.Arrival(
            source: archive.source, downloads: [arrival.archive], pages: pages,
            failure: arrival.failure.map { IntelligenceUpdate.Failure(location: archive, error: $0) })
    }

    private static func closing<Answer: Sendable>(
        _ close: () async throws -> Void, _ body: () async throws -> Answer
    ) async throws -> Answer {
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        try await close()
        return try result.get()
    }
}
