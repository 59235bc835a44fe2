import Domain

extension ConnectorKind {
    /// Microsoft Entra ID: the devices that are registered in or joined to a directory.
    public static let entra = ConnectorKind(
        id: "entra", title: "Microsoft Entra devices",
        fields: [
            Field("tenant_id", "The directory's id: Microsoft Entra admin center, Overview.", isRequired: true),
            Field("client_id", "The application's id: App registrations, the application, Overview.", isRequired: true),
            Field("client_secret", "A client secret's value, not its id; or give a certificate.", isSecret: true),
            Field(
                "certificate",
                "Instead of a secret: a certificate that the application has, with its unencrypted RSA key, both in PEM.",
                isSecret: true),
            Field("certificate_algorithm", "How it signs: PS256 or RS256; PS256."),
            Field("cloud", "global, gcc, gcc_high, dod or china; global."),
            Field("base_url", "One address for everything below, where it is none of the published ones."),
            Field("auth_url", "Where tokens come from, where that is another address."),
            Field("graph_url", "Where Microsoft Graph is, where that is another address."),
            Field("graph_scope", "What tokens for Graph are asked for, where it is not the cloud's."),
            Field("link_urls", "Further addresses where the next page of a listing may be, separated by commas."),
            Field("page_size", "Devices of a page; 999, the most that Graph gives."),
            Field("requests_per_minute", "How often Graph may be asked; three quarters of the usual limits."),
        ]
    ) { configuration, transport throws(ConnectorError) in
        EntraConnector(try MicrosoftSettings(configuration, isDirectory: true), transport: transport)
    }
}
