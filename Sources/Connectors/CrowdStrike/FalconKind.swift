import Domain

extension ConnectorKind {
    /// CrowdStrike Falcon.
    public static let falcon = ConnectorKind(
        id: "crowdstrike", title: "CrowdStrike Falcon",
        fields: [
            Field(
                "client_id", "The API client's id: Support and resources, API clients and keys.", isRequired: true),
            Field(
                "client_secret", "Its secret, which Falcon shows once.", isRequired: true, isSecret: true),
            Field("member_cid", "The child account, for managed service providers."),
            Field("region", "The account's cloud: us-1, us-2, us-3, eu-1 or us-gov-1. It is found by itself."),
            Field("base_url", "The interface's address, where it is none of the published ones."),
            Field("auth_url", "Where tokens come from, where that is another address."),
            Field("region_urls", "Further clouds that the account may live in: NAME=URL, NAME=URL."),
            Field("page_size", "Records of a page; 2000."),
            Field("requests_per_minute", "How often Falcon may be asked; 3000, half of its usual limit."),
            Field("overlap_seconds", "How far reading changes goes back behind the newest known one; 600."),
            Field("device_change_field", "The field by which changed hosts are found; modified_timestamp."),
            Field("scan_paths", "What a scan of everything scans, separated by commas; *."),
            PatchSettings.scriptField,
        ]
    ) { configuration, transport throws(ConnectorError) in
        FalconConnector(try FalconSettings(configuration), transport: transport)
    }
}
