import Domain

extension ConnectorKind {
    /// Any vendor with an interface of pages of JSON, as a declaration describes it.
    public static let generic = ConnectorKind(
        id: "generic", title: "Declared EDR",
        fields: [
            Field(
                "declaration", "How the interface is asked and read, in YAML; a command takes it from @FILE.",
                isRequired: true, isDocument: true),
            Field("base_url", "The interface's address, where it is not the declaration's."),
            Field("user", "The user's name of basic authentication, or the client's id of OAuth 2."),
            Field("secret", "The token, key, password or client secret.", isSecret: true),
            Field("requests_per_minute", "How often the vendor may be asked; what the declaration says, or 300."),
            Field("overlap_seconds", "How far reading changes goes back behind the newest known one; 600."),
        ]
    ) { configuration, transport throws(ConnectorError) in
        GenericConnector(try GenericSettings(configuration), transport: transport)
    }
}
