import CLDAP
import Domain

/// What libldap's statuses mean.
enum LDAPFailure {
    static let vendor = "The directory"

    /// - Parameter isConnected: false while connecting and signing in.
    static func error(_ status: Int32, _ ld: OpaquePointer, _ host: String, isConnected: Bool) -> ConnectorError {
        let reason = reason(status, ld)
        switch status {
        case LDAP_SERVER_DOWN, LDAP_CONNECT_ERROR:
            return isConnected ? .broken(host: host, reason: reason) : .unreachable(host: host, reason: reason)
        case LDAP_TIMEOUT, LDAP_TIMELIMIT_EXCEEDED: return .broken(host: host, reason: "it took too long to answer")
        case LDAP_INVALID_CREDENTIALS, LDAP_INAPPROPRIATE_AUTH, LDAP_STRONG_AUTH_REQUIRED,
            LDAP_CONFIDENTIALITY_REQUIRED,
            LDAP_INVALID_DN_SYNTAX where !isConnected:
            return .credentials(vendor: vendor, reason: reason)
        case LDAP_NO_SUCH_OBJECT, LDAP_INVALID_DN_SYNTAX:
            return .setting(
                name: "base_dn", reason: "there is no such entry, or the account may not see it")
        case LDAP_FILTER_ERROR: return .setting(name: "filter", reason: "it is no filter")
        case LDAP_INSUFFICIENT_ACCESS:
            return .permission(vendor: vendor, permission: "read computer objects", reason: reason)
        case LDAP_BUSY, LDAP_UNAVAILABLE: return .unavailable(vendor: vendor, status: Int(status), reason: reason)
        default: return .refused(vendor: vendor, status: Int(status), reason: reason)
        }
    }

    /// The server's own words, where it has some.
    private static func reason(_ status: Int32, _ ld: OpaquePointer) -> String {
        var message: UnsafeMutablePointer<CChar>?
        ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &message)
        defer { ldap_memfree(message) }
        let said = message.map { String(cString: $0) } ?? ""
        let usual = ldap_err2string(status).map { String(cString: $0) } ?? "status \(status)"
        // Active Directory's end with zeros and line breaks.
        let words = said.filter { !$0.isNewline && $0 != "\0" }
        // What libldap says with GnuTLS of a certificate that it does not believe, or that is of another name.
        if words == "(unknown error code)" {
            return "the certificate is not trusted, or is not of the name by which the server is asked"
        }
        return words.isEmpty ? usual : "\(usual) (\(words.prefix(200)))"
    }
}
