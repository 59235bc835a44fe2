import Domain
import FoundationEssentials
import Scanner
import Store

/// The scan index made of what the database knows, kept as a file beside the data and mapped into
/// memory; built anew when intelligence has changed.
actor IndexProvider {
    private let store: Store
    private let directory: String
    /// The last that was asked for; intelligence may be newer.
    private(set) var loaded: RevisedIndex?
    private var building: Task<RevisedIndex, any Error>?

    /// - Parameter directory: where the file goes; without write access there the index lives in
    ///   memory only.
    init(store: Store, directory: String) {
        self.store = store
        self.directory = directory
    }

    /// The index of the current intelligence. Callers that come while it is being built share it.
    /// - Throws: `StoreError.noIntelligence`, `PostgresError`.
    func current() async throws -> RevisedIndex {
        let revision = try await store.intelligence.revision()
        if let loaded, loaded.revision == revision { return loaded }
        if let building { return try await building.value }
        let task = Task { try await self.make(revision) }
        building = task
        defer { building = nil }
        let made = try await task.value
        loaded = made
        return made
    }

    private func make(_ revision: Int64) async throws -> RevisedIndex {
        if let index = try? ScanIndex(contentsOfFile: path(revision)) {
            return RevisedIndex(index: index, revision: revision)
        }
        // It may be of a later revision than was asked for.
        let made = try await store.intelligence.buildRevisedIndex()
        removeOldFiles()
        do {
            try made.index.write(toFile: path(made.revision))
            return RevisedIndex(
                index: try ScanIndex(contentsOfFile: path(made.revision)), revision: made.revision)
        } catch {
            return made
        }
    }

    private func path(_ revision: Int64) -> String { "\(directory)/scan-index-\(revision)" }

    private func removeOldFiles() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] where name.hasPrefix("scan-index-") {
            try? files.removeItem(atPath: "\(directory)/\(name)")
        }
    }
}
