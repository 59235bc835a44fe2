import Domain

/// What a person entered for Microsoft, with what is usual filled in. What the vendor does not document firmly is a
/// setting.
struct MicrosoftSettings: Sendable {
    enum Credential: Sendable {
        case secret(String)
        case certificate(MicrosoftCertificate)
    }

    /// Where alerts come from.
    enum Alerts: String, Sendable, CaseIterable { case defender, graph, none }
    enum Isolation: String, Sendable, CaseIterable {
        case full = "Full"
        case selective = "Selective"
    }
    enum Scan: String, Sendable, CaseIterable {
        case full = "Full"
        case quick = "Quick"
    }

    /// The directory's id or one of its domains.
    let directory: String
    let clientID: String
    let credential: Credential
    let cloud: MicrosoftCloud
    let authority: VendorOrigin
    /// Nil where Defender is not read.
    let defender: VendorOrigin?
    let graph: VendorOrigin
    let defenderScope: String
    let graphScope: String
    /// Where further pages may be.
    let links: Set<VendorOrigin>
    let readsIntune: Bool
    let alerts: Alerts
    let readsDetectedApps: Bool
    let readsRequiredApps: Bool
    let readsBaselines: Bool
    /// What is sent with a verdict: why an alert is what it is; nil for nothing.
    let determination: String?
    /// Whether alerts of Graph are commented on.
    let commentsInGraph: Bool
    let isolation: Isolation
    let scan: Scan
    let pageSize: Int
    let exportPageSize: Int
    /// Nil for what the vendor usually allows.
    let requestsPerMinute: Int?
    /// Seconds.
    let overlap: Double
    let vulnerabilityOverlap: Double

    var readsDefender: Bool { defender != nil }

    /// - Parameter isDirectory: reads the directory's devices alone, neither Defender nor Intune.
    init(_ configuration: ConnectorConfiguration, isDirectory: Bool = false) throws(ConnectorError) {
        directory = try configuration.required("tenant_id")
        guard directory.utf8.allSatisfy(Self.isPlain) else {
            throw .setting(name: "tenant_id", reason: "it is neither an id nor a domain")
        }
        clientID = try configuration.required("client_id")
        credential = try Self.credential(configuration)
        cloud = try configuration.choice("cloud", of: MicrosoftCloud.self) ?? .global
        authority = try Self.origin("auth_url", cloud.authority, configuration)
        graph = try Self.origin("graph_url", cloud.graph, configuration)
        defender = isDirectory ? nil : try Self.defender(cloud, configuration)
        readsIntune = isDirectory ? false : try configuration.flag("intune") ?? true
        alerts = try configuration.choice("alerts", of: Alerts.self) ?? (defender == nil ? .none : .defender)
        guard defender != nil || alerts != .defender else {
            throw .setting(name: "alerts", reason: "Defender, where they are to come from, is not read")
        }
        guard defender != nil || readsIntune || isDirectory else {
            throw .setting(name: "intune", reason: "with neither Defender nor Intune there is nothing to read")
        }
        defenderScope = configuration["defender_scope"] ?? cloud.defenderScope
        graphScope = configuration["graph_scope"] ?? cloud.graphScope
        links = try Self.links(cloud, [defender, graph], configuration)
        readsDetectedApps = try configuration.flag("detected_apps") ?? true
        readsRequiredApps = try configuration.flag("required_apps") ?? true
        readsBaselines = try configuration.flag("security_baselines") ?? false
        determination = configuration["alert_determination"]
        commentsInGraph = try configuration.flag("graph_comments") ?? true
        isolation = try configuration.choice("isolation_type", of: Isolation.self) ?? .full
        scan = try configuration.choice("scan_type", of: Scan.self) ?? .full
        pageSize = try configuration.number("page_size", in: 1...10_000) ?? 1_000
        exportPageSize = try configuration.number("export_page_size", in: 1...200_000) ?? 20_000
        requestsPerMinute = try configuration.number("requests_per_minute", in: 1...100_000)
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
        vulnerabilityOverlap =
            3_600 * Double(try configuration.number("vulnerability_overlap_hours", in: 0...168) ?? 24)
        _ = (try configuration.script(PatchSettings.script), try configuration.flag(PatchSettings.updates))
    }

    private static func credential(_ configuration: ConnectorConfiguration) throws(ConnectorError) -> Credential {
        let algorithm = try configuration.choice("certificate_algorithm", of: MicrosoftAssertion.Algorithm.self)
        switch (configuration.secret("client_secret"), configuration.secret("certificate")) {
        case (let secret?, nil): return .secret(secret)
        case (nil, let pem?): return .certificate(try MicrosoftCertificate(pem: pem, algorithm: algorithm ?? .ps256))
        case (nil, nil):
            throw .setting(name: "client_secret", reason: "it is missing, and there is no certificate either")
        case (_?, _?):
            throw .setting(name: "certificate", reason: "there is a client secret, too; enter only one of them")
        }
    }

    private static func origin(
        _ name: String, _ published: String, _ configuration: ConnectorConfiguration
    ) throws(ConnectorError) -> VendorOrigin {
        if let address = configuration[name] { return try VendorOrigin(address, setting: name) }
        if let address = configuration["base_url"] { return try VendorOrigin(address, setting: "base_url") }
        return try VendorOrigin(published, setting: name)
    }

    private static func defender(
        _ cloud: MicrosoftCloud, _ configuration: ConnectorConfiguration
    ) throws(ConnectorError) -> VendorOrigin? {
        guard try configuration.flag("defender") ?? true else { return nil }
        let published = configuration["defender_url"] ?? configuration["base_url"] ?? cloud.defender
        guard let published else {
            throw .setting(
                name: "defender",
                reason: "no address of Defender is published for this cloud; enter defender_url, or set it to false")
        }
        return try origin("defender_url", published, configuration)
    }

    private static func links(
        _ cloud: MicrosoftCloud, _ own: [VendorOrigin?], _ configuration: ConnectorConfiguration
    ) throws(ConnectorError) -> Set<VendorOrigin> {
        var links = Set(own.compactMap { $0 })
        links.formUnion(cloud.links.compactMap { VendorOrigin($0) })
        for address in configuration["link_urls"]?.split(separator: ",") ?? [] {
            links.insert(try VendorOrigin(address.filter { $0 != " " }, setting: "link_urls"))
        }
        return links
    }

    /// What may stand in a path without being escaped.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
