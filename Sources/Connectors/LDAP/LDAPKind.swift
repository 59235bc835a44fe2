import Domain

extension ConnectorKind {
    /// A directory server: Active Directory, OpenLDAP and their like.
    public static let ldap = ConnectorKind(
        id: "ldap", title: "LDAP directory",
        fields: [
            Field(
                "url",
                "ldaps://dc1.example.test, or ldap:// with STARTTLS; several are tried one after the other.",
                isRequired: true),
            Field("bind_dn", "The account: a DN, or name@domain in Active Directory; nobody."),
            Field("password", "Its password.", isSecret: true),
            Field("base_dn", "Where to look; the directory's own naming context."),
            Field("filter", "Which entries are machines; (objectClass=computer)."),
            Field("start_tls", "Whether connections by ldap:// are encrypted; true."),
            Field(
                "ca_certificates", "Certificates, in PEM, that are trusted instead of the system's.",
                isDocument: true),
            Field("inactive_days", "Machines that have not signed in for so many days are left out; none are."),
            Field("page_size", "Entries of a page; 500."),
            Field("overlap_seconds", "How far reading changes goes back behind the newest known one; 600."),
        ]
    ) { configuration, transport throws(ConnectorError) in
        LDAPConnector(try LDAPSettings(configuration), patience: transport.settings)
    }
}
