import Domain

/// What is needed to talk with Sophos Central; what the vendor does not document firmly is a setting.
struct SophosSettings: Sendable {
    let clientID: String
    let clientSecret: String
    let base: VendorOrigin
    let tokens: VendorOrigin
    /// Further places that a tenant's data may be at.
    let dataOrigins: [VendorOrigin]
    /// Ids or names in lower case; everything without any.
    let tenants: Set<String>
    let excluded: Set<String>
    let pageSize: Int
    let alertPageSize: Int
    /// Requests for a tenant, by the window that they are counted in.
    let limits: [(requests: Int, window: Duration)]
    /// Seconds.
    let overlap: Double
    /// From which on events are alerts; nil for never.
    let eventSeverity: AlertReport.Severity?
    /// Seconds.
    let eventLookback: Double
    let resolveActions: [String]
    let scanEvent: String

    init(_ configuration: ConnectorConfiguration) throws(ConnectorError) {
        clientID = try configuration.required("client_id")
        clientSecret = try configuration.requiredSecret("client_secret")
        base = try VendorOrigin(configuration["base_url"] ?? "https://api.central.sophos.com", setting: "base_url")
        tokens = try VendorOrigin(configuration["auth_url"] ?? "https://id.sophos.com", setting: "auth_url")
        var dataOrigins: [VendorOrigin] = []
        for address in configuration.list("data_urls") {
            dataOrigins.append(try VendorOrigin(address, setting: "data_urls"))
        }
        self.dataOrigins = dataOrigins
        tenants = Set(configuration.list("tenants").map { $0.lowercased() })
        excluded = Set(configuration.list("exclude_tenants").map { $0.lowercased() })
        pageSize = try configuration.number("page_size", in: 1...500) ?? 500
        alertPageSize = try configuration.number("alert_page_size", in: 1...1_000) ?? 100
        var limits: [(requests: Int, window: Duration)] = []
        for (name, usual, seconds) in [
            ("requests_per_second", 10, 1), ("requests_per_minute", 100, 60), ("requests_per_hour", 1_000, 3_600),
        ] {
            limits.append((try configuration.number(name, in: 1...10_000_000) ?? usual, .seconds(seconds)))
        }
        self.limits = limits
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
        switch configuration["event_severity"] {
        case "never": eventSeverity = nil
        case let word?:
            guard let severity = AlertReport.Severity(rawValue: word), severity != .informational else {
                throw .setting(name: "event_severity", reason: "it must be low, medium, high, critical or never")
            }
            eventSeverity = severity
        case nil: eventSeverity = .medium
        }
        eventLookback = Double(try configuration.number("event_lookback_seconds", in: 60...604_800) ?? 86_100)
        let actions = configuration.list("resolve_actions")
        resolveActions = actions.isEmpty ? ["acknowledge", "clearThreat"] : actions
        scanEvent = configuration["scan_event"] ?? "Event::Endpoint::SavScanComplete"
    }

    /// Whether a tenant's data may be asked for there: the vendor names the place, and secrets go to places of the
    /// vendor's alone.
    func isTrusted(_ origin: VendorOrigin) -> Bool {
        let isVendors =
            origin.scheme == "https" && (origin.host == "sophos.com" || origin.host.hasSuffix(".sophos.com"))
        return isVendors || origin.host == base.host || dataOrigins.contains(origin)
    }

    func includes(_ tenant: SophosTenant) -> Bool {
        let names: Set = [tenant.id.lowercased(), tenant.name.lowercased()]
        return (tenants.isEmpty || !tenants.isDisjoint(with: names)) && excluded.isDisjoint(with: names)
    }
}
