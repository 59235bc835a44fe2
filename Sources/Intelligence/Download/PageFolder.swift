import FoundationEssentials

/// The pages of an interface that are fetched one after the other, and how far that went: a process that is ended
/// goes on with the page that it was at, and pages that were not loaded yet are loaded by the next.
struct PageFolder {
    /// How far fetching went. What is asked for stays the same until all of it is loaded.
    struct Progress: Codable, Equatable {
        /// Everything changed until then is loaded; nil: nothing is.
        var loadedUntil: Date?
        var run: Run?
    }

    struct Run: Codable, Equatable {
        /// When it began: what changed later is for the next.
        var began: Date
        /// The spans of time whose changes are asked for; none: all there is.
        var spans: [Span] = []
        var span = 0
        /// What comes next: a record's number, or a page's.
        var next = 0
        var pages = 0
        var isComplete = false
    }

    struct Span: Codable, Equatable {
        var start: Date
        var end: Date
    }

    let path: String

    init(path: String) throws(IntelligenceError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: pages, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: "the folder cannot be made")
        }
    }

    /// Where the pages lie, as files in their order.
    var pages: String { "\(path)/pages" }

    /// Losing it costs fetching all again, nothing else.
    var progress: Progress {
        guard let data = try? Data(contentsOf: URL(filePath: "\(path)/progress.json")) else { return Progress() }
        return (try? JSONDecoder().decode(Progress.self, from: data)) ?? Progress()
    }

    /// The page is on the disk before the progress says so.
    func keep(_ page: [UInt8], _ progress: Progress) throws(IntelligenceError) {
        let number = String(progress.run?.pages ?? 0)
        let name = String(repeating: "0", count: max(0, 6 - number.utf8.count)) + number
        try write(Data(page), to: "\(pages)/\(name).json")
        try keep(progress)
    }

    func keep(_ progress: Progress) throws(IntelligenceError) {
        guard let data = try? JSONEncoder().encode(progress) else { return }
        try write(data, to: "\(path)/progress.json")
    }

    private func write(_ data: Data, to file: String) throws(IntelligenceError) {
        do {
            try data.write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw .unwritable(path: file, reason: SystemReason.last)
        }
    }

    /// Forgets the pages: they are loaded, or another run begins.
    func clear() {
        try? FileManager.default.removeItem(atPath: pages)
        try? FileManager.default.createDirectory(atPath: pages, withIntermediateDirectories: true)
    }

    /// What there is to load is loaded.
    func complete() throws(IntelligenceError) {
        var progress = progress
        progress.loadedUntil = progress.run?.began ?? progress.loadedUntil
        progress.run = nil
        try keep(progress)
        clear()
    }
}
