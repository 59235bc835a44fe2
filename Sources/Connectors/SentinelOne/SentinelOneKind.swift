import Domain

extension ConnectorKind {
    /// SentinelOne Singularity.
    public static let sentinelOne = ConnectorKind(
        id: "sentinelone", title: "SentinelOne",
        fields: [
            Field("base_url", "The console's address: https://NAME.sentinelone.net.", isRequired: true),
            Field(
                "api_token", "A service user's API token: Settings, Users, Service users.", isRequired: true,
                isSecret: true),
            Field("account_ids", "Ids of the accounts to read, separated by commas; all that the token sees."),
            Field("site_ids", "Ids of the sites to read, separated by commas; all that the token sees."),
            Field("auth_scheme", "The word in front of the token; ApiToken. Old consoles want Token."),
            Field("page_size", "Records of a page; 1000, the most that the console gives."),
            Field("software_agents", "Agents whose applications are read between two checkpoints; 25."),
            Field("requests_per_minute", "How often the console may be asked; 600."),
            Field("overlap_seconds", "How far reading changes goes back behind the newest known one; 600."),
            Field("change_field", "The field by which changed agents and threats are found; updatedAt."),
            PatchSettings.scriptField,
        ]
    ) { configuration, transport throws(ConnectorError) in
        SentinelOneConnector(try SentinelOneSettings(configuration), transport: transport)
    }
}
