import Domain

/// How one CrowdStrike Falcon account is read. What the vendor does not document firmly is a setting.
struct FalconSettings: Sendable {
    let clientID: String
    let clientSecret: String
    /// The child account of a managed service provider.
    let memberCID: String?
    /// Where the interface is; an account of another cloud is found from there.
    let base: VendorOrigin
    /// Where tokens come from, where that is elsewhere.
    let tokens: VendorOrigin?
    /// The clouds that a redirect may lead to, by name.
    let regions: [String: VendorOrigin]
    /// Records of a page, at most what the vendor allows for each listing.
    let pageSize: Int
    /// Requests a minute that this account may use; the vendor's limit is for all clients of a customer together.
    let requestsPerMinute: Int
    /// Seconds.
    let overlap: Double
    /// The field by which changed hosts are found.
    let deviceChangeField: String
    /// What a scan of everything scans.
    let scanPaths: [String]

    init(_ configuration: ConnectorConfiguration) throws(ConnectorError) {
        clientID = try configuration.required("client_id")
        clientSecret = try configuration.requiredSecret("client_secret")
        memberCID = configuration["member_cid"]
        let region = configuration["region"] ?? "us-1"
        var regions: [String: VendorOrigin] = [:]
        for (name, address) in FalconRegion.published { regions[name] = VendorOrigin(address) }
        for (name, address) in try configuration.pairs("region_urls") {
            regions[name] = try VendorOrigin(address, setting: "region_urls")
        }
        if let address = configuration["base_url"] {
            base = try VendorOrigin(address, setting: "base_url")
        } else if let origin = regions[region] {
            base = origin
        } else {
            let names = regions.keys.sorted().joined(separator: ", ")
            throw .setting(name: "region", reason: "“\(region)” is none of \(names)")
        }
        if let address = configuration["auth_url"] {
            tokens = try VendorOrigin(address, setting: "auth_url")
        } else {
            tokens = nil
        }
        self.regions = regions
        pageSize = try configuration.number("page_size", in: 1...10_000) ?? 2_000
        requestsPerMinute = try configuration.number("requests_per_minute", in: 1...100_000) ?? 3_000
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
        deviceChangeField = configuration["device_change_field"] ?? "modified_timestamp"
        scanPaths = configuration["scan_paths"].map { $0.split(separator: ",").map(String.init) } ?? ["*"]
        _ = try configuration.script(PatchSettings.script)
    }
}
