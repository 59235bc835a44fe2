import Domain
import FoundationEssentials

/// Red Hat's CSAF documents, fetched as their publisher advises: the archive of all of them once, then those that its
/// list of changes names. https://security.access.redhat.com/data/csaf/v2/vex/
///
/// What was fetched is kept until it is loaded: a process that is ended goes on with the document it was at.
public struct RedHatDocuments: Sendable {
    /// What there is to load, in this order.
    public struct Arrival: Sendable {
        public let archive: FeedDownloader.Download
        /// The ids of documents that were taken back.
        public let withdrawn: [String]
        /// The folder of documents that changed; nil where none did.
        public let changed: String?
        /// Why there may be more of them.
        public let failure: IntelligenceError?

        init(
            _ archive: FeedDownloader.Download, withdrawn: [String] = [], changed: String? = nil,
            failure: IntelligenceError? = nil
        ) {
            self.archive = archive
            self.withdrawn = withdrawn
            self.changed = changed
            self.failure = failure
        }
    }

    private let archive: FeedLocation
    private let downloader: FeedDownloader
    private let documents: FeedDownloader
    private let folder: RedHatFolder

    /// Documents that changed in more than this are sooner had with a new archive.
    private static let most = 20_000
    /// The archive is fetched anew after so long, which also tells what no list of changes did.
    private static let archiveLife = Duration.seconds(60 * 86_400)
    /// How many are asked for at a time.
    private static let width = 4

    /// - Parameters:
    ///   - archive: the location of the archive, beside which the lists are.
    ///   - downloader: what fetches the archive and the lists.
    public init(
        archive: FeedLocation, directory: String, settings: DownloadSettings, downloader: FeedDownloader
    ) throws(IntelligenceError) {
        self.archive = archive
        self.downloader = downloader
        folder = try RedHatFolder(path: "\(directory)/redhat-changes")
        documents = FeedDownloader(directory: folder.documents, settings: settings)
    }

    /// Call once when done with fetching.
    public func close() async throws { try await documents.close() }

    /// Fetches what is newer than what was loaded.
    /// - Throws: `IntelligenceError` where there is no archive; what was fetched until then stays.
    public func fetch() async throws -> Arrival {
        let download = try await fetchArchive()
        do {
            return try await fetchChanges(on: download)
        } catch let error as IntelligenceError {
            return Arrival(download, failure: error)
        }
    }

    private func fetchChanges(on archive: FeedDownloader.Download) async throws -> Arrival {
        var archive = archive
        var progress = try progress(on: archive)
        guard var changes = try await list("changes.csv", progress) else {
            // A mirror may have the archive alone, which is then asked for each day.
            folder.forget()
            return Arrival(archive)
        }
        if changes.isCut {
            Validators.forget(besides: archive.path)
            archive = try await fetchArchive()
            progress = try self.progress(on: archive)
            changes = try await list("changes.csv", progress) ?? changes
        }
        let deletions = try await list("deletions.csv", progress)?.entries ?? []
        try await fetch(progress.news(of: changes.entries))
        progress.note(changes.entries + deletions)
        try folder.keep(progress)
        let gone = Self.gone(progress.news(of: deletions), changes.entries)
        for entry in gone { folder.remove(entry.fileName) }
        return Arrival(archive, withdrawn: gone.map(\.id), changed: folder.isEmpty ? nil : folder.documents)
    }

    /// Notes that all that arrived is loaded.
    public func complete() throws { try folder.complete() }

    private func fetchArchive() async throws -> FeedDownloader.Download {
        let isBegun = folder.progress != nil
        return try await downloader.fetch(isBegun ? archive.refreshed(after: Self.archiveLife) : archive)
    }

    /// How far changes are loaded on top of this archive: of another than before, to the day that it is of.
    private func progress(on download: FeedDownloader.Download) throws -> RedHatFolder.Progress {
        if let progress = folder.progress, progress.archive == download.checksum { return progress }
        let day = Validators.kept(besides: download.path).publishedName.flatMap(Self.day) ?? .distantPast
        let progress = RedHatFolder.Progress(archive: download.checksum, loadedUntil: day)
        folder.clear()
        try folder.keep(progress)
        return progress
    }

    /// Of `csaf_vex_2024-11-03.tar.zst` its beginning.
    static func day(_ name: String) -> Date? {
        let digits = name.split { !$0.isNumber && $0 != "-" }.first { $0.utf8.count == 10 }
        return digits.flatMap { Timestamp.parse("\($0)T00:00:00Z") }
    }

    /// Nil where the publisher has no such list.
    private func list(_ name: String, _ progress: RedHatFolder.Progress) async throws -> CSAFChangeList? {
        do {
            let location = archive.beside(name, fileName: "redhat-\(name)")
            let download = try await downloader.fetch(location)
            return try CSAFChangeList(path: download.path, since: progress.since, most: Self.most)
        } catch IntelligenceError.refused(_, 404) {
            return nil
        }
    }

    private func fetch(_ entries: [CSAFChangeList.Entry]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, entry) in entries.enumerated() {
                if index >= Self.width { try await group.next() }
                group.addTask { try await fetch(entry) }
            }
            try await group.waitForAll()
        }
    }

    /// One that is gone since the list was made is on the list of deletions.
    private func fetch(_ entry: CSAFChangeList.Entry) async throws {
        do {
            _ = try await documents.fetch(
                archive.beside(entry.path, fileName: entry.fileName, changedAt: entry.date))
        } catch IntelligenceError.refused(_, 404) {}
    }

    /// Taken back, and not published again since.
    private static func gone(_ withdrawn: [CSAFChangeList.Entry], _ changed: [CSAFChangeList.Entry])
        -> [CSAFChangeList.Entry]
    {
        let changes = Dictionary(changed.map { ($0.path, $0.date) }, uniquingKeysWith: max)
        return withdrawn.filter { changes[$0.path, default: .distantPast] <= $0.date }
    }
}

/// Where documents that changed wait to be loaded, and how far that went.
struct RedHatFolder {
    struct Progress: Codable, Equatable {
        /// The checksum of the archive that changes are loaded on top of.
        var archive: String
        var loadedUntil: Date
        /// What is loaded of the last minutes before then.
        var loaded: Set<CSAFChangeList.Entry> = []
        /// How far what waits goes, and what of it is of its last minutes.
        var until: Date?
        var waiting: Set<CSAFChangeList.Entry> = []

        /// Of one moment, and of those just before it, there may be more than a list had then.
        private static let overlap: TimeInterval = 600

        init(archive: String, loadedUntil: Date) {
            self.archive = archive
            self.loadedUntil = loadedUntil
        }

        /// The moment from which on a list may have something new.
        var since: Date { loadedUntil.addingTimeInterval(-Self.overlap) }

        func news(of entries: [CSAFChangeList.Entry]) -> [CSAFChangeList.Entry] {
            entries.filter { !loaded.contains($0) }
        }

        mutating func note(_ entries: [CSAFChangeList.Entry]) {
            let end = max(entries.map(\.date).max() ?? loadedUntil, loadedUntil)
            until = end
            waiting = Set(entries.filter { $0.date >= end.addingTimeInterval(-Self.overlap) })
        }
    }

    private let path: String

    init(path: String) throws(IntelligenceError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: documents, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: "the folder cannot be made")
        }
    }

    var documents: String { "\(path)/documents" }

    var isEmpty: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: documents)) ?? []
        return !names.contains { $0.hasSuffix(".json") }
    }

    /// Nil where nothing was fetched yet. Losing it costs fetching again, nothing else.
    var progress: Progress? {
        (try? Data(contentsOf: URL(filePath: "\(path)/progress.json"))).flatMap {
            try? JSONDecoder().decode(Progress.self, from: $0)
        }
    }

    func keep(_ progress: Progress) throws(IntelligenceError) {
        guard let data = try? JSONEncoder().encode(progress) else { return }
        do {
            try data.write(to: URL(filePath: "\(path)/progress.json"), options: .atomic)
        } catch {
            throw .unwritable(path: path, reason: SystemReason.last)
        }
    }

    /// Forgets a document that was fetched before its publisher took it back.
    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: "\(documents)/\(name)") }

    func forget() {
        try? FileManager.default.removeItem(atPath: "\(path)/progress.json")
        clear()
    }

    /// What waited is loaded, or of no use any more.
    func clear() {
        try? FileManager.default.removeItem(atPath: documents)
        try? FileManager.default.createDirectory(atPath: documents, withIntermediateDirectories: true)
    }

    func complete() throws(IntelligenceError) {
        guard var progress else { return }
        guard let until = progress.until else { return }
        (progress.loadedUntil, progress.loaded) = (until, progress.waiting)
        (progress.until, progress.waiting) = (nil, [])
        try keep(progress)
        clear()
    }
}
