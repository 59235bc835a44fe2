import Domain
import FoundationEssentials
import Scanner
import Store

/// The scan index made of what the database knows, kept as a file beside the data and mapped into
/// memory; built anew when intelligence has changed.
actor IndexProvider {
    private let store: Store
    private let directory: String
    private var loaded: (revision: Int64, index: ScanIndex)?
    private var building: Task<(revision: Int64, index: ScanIndex), any Error>?

    /// - Parameter directory: where the file goes; without write access there the index lives in
    ///   memory only.
    init(store: Store, directory: String) {
        self.store = store
        self.directory = directory
    }

    /// The index of the current intelligence. Callers that come while it is being built share it.
    /// - Throws: `StoreError.noIntelligence`, `PostgresError`.
    func current() async throws -> ScanIndex {
        let revision = try await store.intelligence.revision()
        if let loaded, loaded.revision == revision { return loaded.index }
        if let building { return try await building.value.index }
        let task = Task { (revision: revision, index: try await self.make(revision)) }
        building = task
        defer { building = nil }
        let made = try await task.value
        loaded = made
        return made.index
    }

    private func make(_ revision: Int64) async throws -> ScanIndex {
        let path = "\(directory)/scan-index-\(revision)"
        if let index = try? ScanIndex(contentsOfFile: path) { return index }
        let index = try await store.intelligence.buildIndex()
        removeOldFiles()
        do {
            try index.write(toFile: path)
            return try ScanIndex(contentsOfFile: path)
        } catch {
            return index
        }
    }

    private func removeOldFiles() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] where name.hasPrefix("scan-index-") {
            try? files.removeItem(atPath: "\(directory)/\(name)")
        }
    }
}
