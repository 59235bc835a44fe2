import Domain

extension ConnectorKind {
    /// Microsoft Defender for Endpoint and Intune: one application of one directory reads both.
    public static let microsoft = ConnectorKind(
        id: "microsoft", title: "Microsoft Defender and Intune",
        fields: [
            Field("tenant_id", "The directory's id: Microsoft Entra admin center, Overview.", isRequired: true),
            Field("client_id", "The application's id: App registrations, the application, Overview.", isRequired: true),
            Field(
                "client_secret", "A client secret's value, not its id; or give a certificate.", isSecret: true),
            Field(
                "certificate",
                "Instead of a secret: a certificate that the application has, with its unencrypted RSA key, both in PEM.",
                isSecret: true),
            Field("certificate_algorithm", "How it signs: PS256 or RS256; PS256."),
            Field("cloud", "global, gcc, gcc_high, dod or china; global."),
            Field("defender", "Whether to read Defender for Endpoint; true."),
            Field("intune", "Whether to read Intune; true."),
            Field("alerts", "Where alerts come from: defender, graph (alerts of all of Defender XDR) or none."),
            Field("detected_apps", "Whether to read the applications that Intune finds on devices; true."),
            Field("required_apps", "Whether to read which required applications are missing; true."),
            Field("security_baselines", "Whether to read states of security baselines, which are in preview; false."),
            Field(
                "alert_determination",
                "What is sent as the determination with an alert's verdict, such as Other; nothing."),
            Field("graph_comments", "Whether reasons become comments of Graph's alerts; true."),
            Field("isolation_type", "What an isolated device may still reach: Full or Selective; Full."),
            Field("scan_type", "How an antivirus scan of everything is done: Full or Quick; Full."),
            PatchSettings.scriptField, PatchSettings.updatesField,
            Field("base_url", "One address for everything below, where it is none of the published ones."),
            Field("auth_url", "Where tokens come from, where that is another address."),
            Field("defender_url", "Where Defender's interface is, where that is another address."),
            Field("graph_url", "Where Microsoft Graph is, where that is another address."),
            Field("defender_scope", "What tokens for Defender are asked for, where it is not the cloud's."),
            Field("graph_scope", "What tokens for Graph are asked for, where it is not the cloud's."),
            Field("link_urls", "Further addresses where the next page of a listing may be, separated by commas."),
            Field("page_size", "Records of a page; 1000."),
            Field("export_page_size", "Records of a page of software and vulnerabilities; 20000."),
            Field("requests_per_minute", "How often each interface may be asked; three quarters of the usual limits."),
            Field("overlap_seconds", "How far reading changes goes back behind the last reading; 600."),
            Field(
                "vulnerability_overlap_hours",
                "How far reading changed vulnerabilities goes back further, because they are listed late; 24."),
        ]
    ) { configuration, transport throws(ConnectorError) in
        MicrosoftConnector(try MicrosoftSettings(configuration), transport: transport)
    }
}
