import Domain
import FoundationEssentials

/// What is needed to ask a directory server.
struct LDAPSettings: Sendable {
    /// As libldap takes them, and the first one's host for messages.
    let urls: [String]
    let host: String
    let usesStartTLS: Bool
    /// Nil for nobody in particular.
    let bindDN: String?
    let password: String
    /// Nil for the directory's own.
    let base: String?
    let filter: String
    /// PEM; nil for the system's.
    let authorities: String?
    let inactiveDays: Int?
    let pageSize: Int
    /// Seconds.
    let overlap: Double

    init(_ configuration: ConnectorConfiguration) throws(ConnectorError) {
        var (urls, hosts): ([String], [String]) = ([], [])
        var needsStartTLS = false
        let wantsStartTLS = try configuration.flag("start_tls") ?? true
        for address in try configuration.required("url").split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let url = URL(string: String(address)), let scheme = url.scheme?.lowercased(),
                let host = url.host()?.lowercased(), !host.isEmpty, ["ldap", "ldaps"].contains(scheme),
                url.user() == nil, url.path().isEmpty || url.path() == "/", url.query() == nil
            else {
                throw .setting(name: "url", reason: "“\(address)” is not of the form ldaps://HOST or ldap://HOST:PORT")
            }
            if scheme == "ldap" {
                if wantsStartTLS {
                    needsStartTLS = true
                } else if !["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) {
                    throw .setting(
                        name: "start_tls", reason: "without it the password would cross the network readable by anybody"
                    )
                }
            }
            hosts.append(host)
            urls.append("\(scheme)://\(host):\(url.port ?? (scheme == "ldaps" ? 636 : 389))")
        }
        guard let host = hosts.first else { throw .setting(name: "url", reason: "it names no server") }
        guard !needsStartTLS || urls.allSatisfy({ $0.hasPrefix("ldap:") }) else {
            throw .setting(name: "url", reason: "all of several servers must be asked in one way, ldaps:// or ldap://")
        }
        self.urls = urls
        self.host = host
        usesStartTLS = needsStartTLS
        bindDN = configuration["bind_dn"]
        password = configuration.secret("password") ?? ""
        // RFC 4513, 5.1.2: a name without a password is let in as nobody, and would seem to work.
        guard bindDN == nil || !password.isEmpty else { throw .setting(name: "password", reason: "it is missing") }
        guard bindDN != nil || password.isEmpty else { throw .setting(name: "bind_dn", reason: "it is missing") }
        base = configuration["base_dn"]
        filter = configuration["filter"] ?? "(objectClass=computer)"
        guard filter.hasPrefix("("), filter.hasSuffix(")"), !filter.utf8.contains(0) else {
            throw .setting(name: "filter", reason: "it is not of the form (ATTRIBUTE=VALUE)")
        }
        if let pem = configuration["ca_certificates"] {
            guard pem.contains("-----BEGIN CERTIFICATE-----") else {
                throw .setting(name: "ca_certificates", reason: "it holds no certificate in PEM")
            }
            authorities = pem
        } else {
            authorities = nil
        }
        inactiveDays = try configuration.number("inactive_days", in: 1...36_500)
        pageSize = try configuration.number("page_size", in: 1...10_000) ?? 500
        overlap = Double(try configuration.number("overlap_seconds", in: 0...86_400) ?? 600)
    }
}
