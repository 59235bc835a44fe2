import Domain

extension ConnectorKind {
    /// Sophos Central.
    public static let sophos = ConnectorKind(
        id: "sophos", title: "Sophos Central",
        fields: [
            Field(
                "client_id", "The API credential's id: Global settings, API credentials management.",
                isRequired: true),
            Field("client_secret", "Its secret, which Sophos shows once.", isRequired: true, isSecret: true),
            Field("tenants", "Ids or names of the tenants of a partner or organisation to read; all."),
            Field("exclude_tenants", "Ids or names of tenants that are left out."),
            Field("base_url", "The interface's address; https://api.central.sophos.com."),
            Field("auth_url", "Where tokens come from; https://id.sophos.com."),
            Field("data_urls", "Further addresses that tenants may live at, besides those of sophos.com."),
            Field("page_size", "Endpoints of a page; 500, the most that Sophos gives."),
            Field("alert_page_size", "Alerts of a page; 100."),
            Field("requests_per_second", "How often a tenant may be asked; 10."),
            Field("requests_per_minute", "And in a minute; 100."),
            Field("requests_per_hour", "And in an hour; 1000."),
            Field("overlap_seconds", "How far reading changes goes back behind the newest known one; 600."),
            Field("event_severity", "From which on SIEM events are alerts: low, medium, high, critical; never."),
            Field("event_lookback_seconds", "How far back events may be asked for; 86100, less than a day."),
            Field("resolve_actions", "Actions that resolve an alert, the preferred first; acknowledge,clearThreat."),
            Field("scan_event", "The event that says that a scan is over; Event::Endpoint::SavScanComplete."),
        ]
    ) { configuration, transport throws(ConnectorError) in
        SophosConnector(try SophosSettings(configuration), transport: transport)
    }
}
