import Domain
import FoundationEssentials
import Intelligence
import Store

/// Sources that are asked page by page, where the settings say so.
struct InterfaceUpdate: Sendable {
    let directory: String
    let settings: DownloadSettings

    /// Pages that are here, to be loaded and then forgotten.
    struct Pages: Sendable {
        let source: IntelligenceSource
        let path: String
        let licence: String
        let api: any PagedAPI

        /// A process that is ended before the end loads them again, which changes nothing.
        func load(_ store: Store) async throws -> [IntelligenceStore.ImportOutcome] {
            let feed = IntelligenceStore.Feed(
                path: path, source: source, origin: "download",
                provenance: .init(name: source.rawValue, licence: licence))
            let outcomes = try await store.intelligence.importFeeds([feed])
            try api.complete()
            return outcomes
        }
    }

    /// Nil for a source that is fetched as files.
    func fetch(_ source: IntelligenceSource) async throws -> IntelligenceUpdate.Arrival? {
        do {
            if source == .nvd, settings.nvd.isUsed {
                let api = try NVDAPI(directory: directory, settings: settings)
                return try await fetch(source, api, "public domain (NVD, US government)")
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
        let result: Result<String?, any Error>
        do {
            result = .success(try await api.fetch(now: Date()))
        } catch {
            result = .failure(error)
        }
        try await api.close()
        let pages = try result.get().map { Pages(source: source, path: $0, licence: licence, api: api) }
        return IntelligenceUpdate.Arrival(source: source, pages: pages)
    }
}
