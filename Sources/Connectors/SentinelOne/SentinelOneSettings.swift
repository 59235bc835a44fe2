import Domain

/// What is needed to talk with a console; what SentinelOne does not document firmly is a setting.
struct SentinelOneSettings: Sendable {
    let base: VendorOrigin
    let token: String
    let scheme: String
    /// The accounts and sites that are read; everything that the token sees without any.
    let scope: [(String, String)]
    let pageSize: Int
    /// Applications come an agent a request: so many agents are a page of them.
    let softwareAgents: Int
    let requestsPerMinute: Int
    /// Seconds.
    let overlap: Double
    let changeField: String

    init(_ configuration: ConnectorConfiguration) throws(ConnectorError) {
        base = try VendorOrigin(try configuration.required("base_url"), setting: "base_url")
        token = try configuration.requiredSecret("api_token")
        scheme = configuration["auth_scheme"] ?? "ApiToken"
        var scope: [(String, String)] = []
        for (setting, parameter) in [("account_ids", "accountIds"), ("site_ids", "siteIds")] {
            guard let ids = configuration[setting] else { continue }
            let list = ids.split(separator: ",").map { $0.filter { $0 != " " } }
            guard !list.isEmpty, list.allSatisfy({ $0.allSatisfy(\.isNumber) }) else {
                throw .setting(name: setting, reason: "it must be ids of digits, separated by commas")
            }
            scope.append((parameter, list.joined(separator: ",")))
        }
        self.scope = scope
        pageSize = try configuration.number("page_size", in: 1...1_000) ?? 1_000
        softwareAgents = try configuration.number("software_agents", in: 1...1_000) ?? 25
        requestsPerMinute = try configuration.number("requests_per_minute", in: 1...1_000_000) ?? 600
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
        changeField = configuration["change_field"] ?? "updatedAt"
        _ = try configuration.script(PatchSettings.script)
    }
}
