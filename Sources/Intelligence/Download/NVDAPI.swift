import AsyncHTTPClient
import FoundationEssentials

/// NVD's API 2.0: all records once, then those that changed. https://nvd.nist.gov/developers/vulnerabilities
///
/// A question about changes may span 120 days, a page has up to 2,000 records, and in any 30 seconds 5 requests
/// are allowed without a key, 50 with one. Too many are answered with 403 or 503.
public struct NVDAPI: PagedAPI {
    private let settings: DownloadSettings
    private let folder: PageFolder
    private let requests: PageRequests

    private static let longestSpan: TimeInterval = 120 * 86_400
    /// NVD's own clock and its publishing are not exact.
    private static let overlap: TimeInterval = 3600

    /// - Parameter directory: where pages are kept until they are loaded.
    public init(directory: String, settings: DownloadSettings) throws(IntelligenceError) {
        self.settings = settings
        folder = try PageFolder(path: "\(directory)/nvd-api")
        let limit = RollingLimit(settings.nvd.key == nil ? 5 : 50, in: settings.nvd.window)
        requests = PageRequests(
            settings: settings, clients: HTTPClients(settings), limit: limit, busyStatuses: [403, 408, 429])
    }

    public func close() async throws { try await requests.clients.close() }

    public var isWhole: Bool { folder.progress.run?.spans.isEmpty ?? false }

    public func complete() throws { try folder.complete() }

    public func fetch(now: Date) async throws -> String? {
        var progress = folder.progress
        if progress.run == nil {
            folder.clear()
            progress.run = PageFolder.Run(began: now, spans: Self.spans(since: progress.loadedUntil, now))
            try folder.keep(progress)
        }
        while var run = progress.run, !run.isComplete {
            let bytes = try await requests.body(of: request(run))
            let page = try NVDPage(bytes, name: settings.nvd.url)
            let isLast = run.next + page.records >= page.total
            // More than was said before may have come meanwhile: each page tells anew.
            guard page.records > 0 || isLast else {
                throw IntelligenceError.broken(url: settings.nvd.url, reason: "a page before the last is empty")
            }
            run.next = isLast ? 0 : run.next + page.records
            run.span += isLast ? 1 : 0
            run.isComplete = run.span >= max(1, run.spans.count)
            progress.run = run
            try folder.keep(bytes, progress)
            progress.run?.pages += 1
            try folder.keep(progress)
        }
        return folder.pages
    }

    /// All of the time since then, in parts as long as may be asked for; none for all there is.
    static func spans(since: Date?, _ now: Date) -> [PageFolder.Span] {
        guard let since else { return [] }
        var spans: [PageFolder.Span] = []
        var start = min(since, now).addingTimeInterval(-overlap)
        while start < now {
            let end = min(start.addingTimeInterval(longestSpan), now)
            spans.append(PageFolder.Span(start: start, end: end))
            start = end
        }
        return spans
    }

    private func request(_ run: PageFolder.Run) -> HTTPClientRequest {
        var url = "\(settings.nvd.url)?resultsPerPage=\(settings.nvd.pageSize)&startIndex=\(run.next)"
        if run.spans.indices.contains(run.span) {
            let span = run.spans[run.span]
            url += "&lastModStartDate=\(Self.moment(span.start))&lastModEndDate=\(Self.moment(span.end))"
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "garrison")
        if let key = settings.nvd.key { request.headers.add(name: "apiKey", value: key) }
        return request
    }

    /// `2026-11-25T01:02:03.000`: without a zone it is UTC, and nothing needs escaping.
    static func moment(_ date: Date) -> String { "\(date.formatted(.iso8601).dropLast()).000" }
}

/// What a page says of itself. Reading it checks its grammar, so that no broken page is kept.
struct NVDPage {
    private(set) var total = 0
    private(set) var records = 0

    init(_ bytes: [UInt8], name: String) throws {
        let reader = JSONReader(MemorySource(bytes))
        var total: Int64?
        var records = 0
        do {
            try reader.object { key in
                if key == "totalResults" { total = try reader.integer() }
                if key == "vulnerabilities" { try reader.array { records += 1 } }
            }
            try reader.finish()
        } catch let error as IntelligenceError {
            throw IntelligenceError.broken(url: name, reason: "a page is no JSON as expected (\(error.code))")
        }
        guard let total, (0...100_000_000).contains(total) else {
            throw IntelligenceError.broken(url: name, reason: "a page does not say how many results there are")
        }
        self.total = Int(total)
        self.records = records
    }
}
