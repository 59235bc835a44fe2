/// How NVD is asked through its API.
public struct NVDSettings: Sendable {
    /// Whether the API is asked instead of fetching the yearly feeds.
    public var isUsed = false
    public var url = "https://services.nvd.nist.gov/rest/json/cves/2.0"
    public var key: String?
    /// NVD's window in which requests are counted.
    public var window = Duration.seconds(30)
    public var pageSize = 2000

    public init() {}
}

/// The account and limits with which VulnDB is asked.
public struct VulnDBSettings: Sendable {
    public var url = "https://vulndb.flashpoint.io"
    public var clientID: String
    public var secret: String
    public var pageSize = 100
    public var requestsPerMinute = 60
    public var minute = Duration.seconds(60)
    /// How far back the first load goes: ten years.
    public var firstHours = 10 * 366 * 24

    public init(clientID: String, secret: String) {
        self.clientID = clientID
        self.secret = secret
    }
}

extension DownloadSettings {
    /// `GARRISON_NVD_API` (`on`, or an address), `GARRISON_NVD_API_KEY`, `GARRISON_VULNDB_URL`,
    /// `GARRISON_VULNDB_CLIENT_ID`, `GARRISON_VULNDB_CLIENT_SECRET`, `GARRISON_VULNDB_REQUESTS_PER_MINUTE`.
    mutating func readInterfaces(_ value: (String) -> String?) throws(IntelligenceError) {
        if let key = value("GARRISON_NVD_API_KEY") {
            try Self.checkSecret(key, "GARRISON_NVD_API_KEY")
            nvd.key = key
        }
        if let text = value("GARRISON_NVD_API"), text != "off" {
            nvd.isUsed = true
            if text != "on" { nvd.url = try Self.address(text, "GARRISON_NVD_API") }
        }
        guard let id = value("GARRISON_VULNDB_CLIENT_ID") else { return }
        guard let secret = value("GARRISON_VULNDB_CLIENT_SECRET") else {
            throw .setting(name: "GARRISON_VULNDB_CLIENT_SECRET", reason: "there is an id, but no secret")
        }
        try Self.checkSecret(secret, "GARRISON_VULNDB_CLIENT_SECRET")
        var account = VulnDBSettings(clientID: id, secret: secret)
        if let url = value("GARRISON_VULNDB_URL") { account.url = try Self.address(url, "GARRISON_VULNDB_URL") }
        if let text = value("GARRISON_VULNDB_REQUESTS_PER_MINUTE") {
            guard let number = Int(text), (1...6000).contains(number) else {
                throw .setting(name: "GARRISON_VULNDB_REQUESTS_PER_MINUTE", reason: "it is no number from 1 to 6000")
            }
            account.requestsPerMinute = number
        }
        vulndb = account
    }

    private static func checkSecret(_ text: String, _ name: String) throws(IntelligenceError) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .setting(name: name, reason: "it has characters that no key has")
        }
    }

    private static func address(_ text: String, _ name: String) throws(IntelligenceError) -> String {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains("?"), !text.contains(" ") else {
            throw .setting(name: name, reason: "it is no http or https address")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
