import AsyncHTTPClient
import FoundationEssentials

/// VulnDB's interface: what changed in the last hours, page by page, with a token that an OAuth 2.0 client gets
/// for its credentials (RFC 6749 section 4.4).
public struct VulnDBAPI: PagedAPI {
    private let settings: DownloadSettings
    private let account: VulnDBSettings
    private let folder: PageFolder
    private let requests: PageRequests

    /// - Throws: `IntelligenceError.setting` where there are no credentials.
    public init(directory: String, settings: DownloadSettings) throws(IntelligenceError) {
        guard let account = settings.vulndb else {
            throw .setting(name: "GARRISON_VULNDB_CLIENT_ID", reason: "VulnDB is fetched with a client's id and secret")
        }
        self.settings = settings
        self.account = account
        folder = try PageFolder(path: "\(directory)/vulndb-api")
        requests = PageRequests(
            settings: settings, clients: HTTPClients(settings),
            limit: RollingLimit(account.requestsPerMinute, in: account.minute))
    }

    public func close() async throws { try await requests.clients.close() }

    public var isWhole: Bool { false }

    public func complete() throws { try folder.complete() }

    public func fetch(now: Date) async throws -> String? {
        var progress = folder.progress
        if progress.run == nil {
            folder.clear()
            progress.run = PageFolder.Run(began: now, next: 1)
            try folder.keep(progress)
        }
        guard let began = progress.run?.began, progress.run?.isComplete == false else { return folder.pages }
        // Counted from now, so that a run that goes on later asks for as much as it began with.
        let since = progress.loadedUntil ?? began.addingTimeInterval(-3600 * Double(account.firstHours))
        let hours = max(1, Int((now.timeIntervalSince(since) / 3600).rounded(.up)) + 1)
        var token = try await self.token()
        while var run = progress.run, !run.isComplete {
            let bytes: [UInt8]
            do {
                bytes = try await requests.body(of: request(page: run.next, hours: hours, token))
            } catch IntelligenceError.refused(_, 401) {
                // Tokens end in the middle of long runs.
                token = try await self.token()
                bytes = try await requests.body(of: request(page: run.next, hours: hours, token))
            }
            let page = try VulnDBPage(bytes, name: account.url)
            run.isComplete = page.records == 0 || run.next * account.pageSize >= page.total
            run.next += 1
            progress.run = run
            try folder.keep(bytes, progress)
            progress.run?.pages += 1
            try folder.keep(progress)
        }
        return folder.pages
    }

    private func token() async throws -> String {
        var request = HTTPClientRequest(url: "\(account.url)/oauth/token")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let fields = [
            ("grant_type", "client_credentials"), ("client_id", account.clientID), ("client_secret", account.secret),
        ]
        let form = fields.map { "\($0)=\(FeedCatalogue.percentEncoded($1))" }.joined(separator: "&")
        request.body = .bytes(Array(form.utf8))
        let bytes = try await requests.body(of: request)
        let reader = JSONReader(MemorySource(bytes))
        var token: String?
        try? reader.object { if $0 == "access_token" { token = try reader.string() } }
        guard let token, !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw IntelligenceError.broken(url: request.url, reason: "it gives no access token")
        }
        return token
    }

    private func request(page: Int, hours: Int, _ token: String) -> HTTPClientRequest {
        let path = "/api/v1/vulnerabilities/find_by_time_full"
        var request = HTTPClientRequest(
            url: "\(account.url)\(path)?size=\(account.pageSize)&hours_ago=\(hours)&page=\(page)")
        request.headers.add(name: "User-Agent", value: "garrison")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        return request
    }
}

/// What a page says of itself.
struct VulnDBPage {
    let total: Int
    let records: Int

    init(_ bytes: [UInt8], name: String) throws {
        let reader = JSONReader(MemorySource(bytes))
        var total: Int64?
        var records = 0
        do {
            try reader.object { key in
                if key == "total_entries" { total = try reader.integer() }
                if key == "results" { try reader.array { records += 1 } }
            }
            try reader.finish()
        } catch let error as IntelligenceError {
            throw IntelligenceError.broken(url: name, reason: "a page is no JSON as expected (\(error.code))")
        }
        guard let total, (0...100_000_000).contains(total) else {
            throw IntelligenceError.broken(url: name, reason: "a page does not say how many results there are")
        }
        (self.total, self.records) = (Int(total), records)
    }
}
