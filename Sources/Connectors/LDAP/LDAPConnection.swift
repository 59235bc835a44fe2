import CLDAP
import Domain
import FoundationEssentials
import Glibc
import Synchronization

/// A connection to a directory server on which an account has signed in. Its calls wait, so they are made on threads
/// that may.
final class LDAPConnection: Sendable {
    /// libldap's handle may be used by any thread, by one at a time.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// What the server says of itself.
    struct Root: Sendable {
        var context: String?
        var isActiveDirectory = false
        var pages = false
        /// Its clock, where it tells.
        var time: Date?
    }

    /// A page of what was looked for.
    struct Page: Sendable {
        var entries: [LDAPEntry] = []
        /// The token of the next page on this connection; nil behind the last.
        var cookie: [UInt8]?
    }

    private let handle: Mutex<Handle>
    private let host: String
    private let seconds: Int
    let root: Root

    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
    private static let activeDirectory = "1.2.840.113556.1.4.800"

    /// Connects and signs in.
    init(_ settings: LDAPSettings, patience: TransportSettings) throws(ConnectorError) {
        host = settings.host
        seconds = max(1, Int(patience.readTimeout.components.seconds))
        var pointer: OpaquePointer?
        guard ldap_initialize(&pointer, settings.urls.joined(separator: " ")) == LDAP_SUCCESS, let pointer else {
            throw .setting(name: "url", reason: "no directory server can be at such an address")
        }
        do throws(ConnectorError) {
            try Self.prepare(pointer, settings, patience)
            try Self.signIn(pointer, settings)
            root = try Self.root(pointer, host: settings.host, seconds: seconds)
        } catch {
            ldap_unbind_ext_s(pointer, nil, nil)
            throw error
        }
        handle = Mutex(Handle(pointer: pointer))
    }

    deinit { handle.withLock { _ = ldap_unbind_ext_s($0.pointer, nil, nil) } }

    /// Entries below a base, with what is asked for of each.
    func page(
        base: String, filter: String, attributes: [String], size: Int, cookie: [UInt8]?
    ) throws(ConnectorError) -> Page {
        try handle.withLock { handle throws(ConnectorError) in
            try Self.search(
                handle.pointer,
                LDAPSearch(
                    base: base, scope: LDAP_SCOPE_SUBTREE, filter: filter, attributes: attributes,
                    pageSize: root.pages ? size : nil, cookie: cookie), host: host, seconds: seconds)
        }
    }

    private static func prepare(
        _ ld: OpaquePointer, _ settings: LDAPSettings, _ patience: TransportSettings
    ) throws(ConnectorError) {
        var (version, demand, client): (Int32, Int32, Int32) = (
            LDAP_VERSION3, LDAP_OPT_X_TLS_DEMAND, 0
        )
        ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version)
        // Referrals lead elsewhere, to be followed as nobody. A null pointer is LDAP_OPT_OFF.
        ldap_set_option(ld, LDAP_OPT_REFERRALS, nil)
        var connect = timeval(tv_sec: max(1, Int(patience.connectTimeout.components.seconds)), tv_usec: 0)
        ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &connect)
        var answer = timeval(tv_sec: max(1, Int(patience.readTimeout.components.seconds)), tv_usec: 0)
        ldap_set_option(ld, LDAP_OPT_TIMEOUT, &answer)
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand)
        let given = try settings.authorities.map { pem throws(ConnectorError) in try TemporaryFile(pem) }
        let status = withExtendedLifetime(given) {
            ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, given?.path ?? systemAuthorities)
            // The certificates are read here.
            return ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client)
        }
        guard status == LDAP_OPT_SUCCESS || given == nil else {
            throw .setting(name: "ca_certificates", reason: "they cannot be read as certificates in PEM")
        }
    }

    private static func signIn(_ ld: OpaquePointer, _ settings: LDAPSettings) throws(ConnectorError) {
        if settings.usesStartTLS {
            let status = ldap_start_tls_s(ld, nil, nil)
            guard status == LDAP_SUCCESS else { throw LDAPFailure.error(status, ld, settings.host, isConnected: false) }
        }
        var password = Array(settings.password.utf8).map { CChar(bitPattern: $0) }
        let status = password.withUnsafeMutableBufferPointer { buffer in
            var secret = berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
            return ldap_sasl_bind_s(ld, settings.bindDN ?? "", nil, &secret, nil, nil, nil)
        }
        guard status == LDAP_SUCCESS else { throw LDAPFailure.error(status, ld, settings.host, isConnected: false) }
    }

    private static func root(_ ld: OpaquePointer, host: String, seconds: Int) throws(ConnectorError) -> Root {
        let page = try search(
            ld,
            LDAPSearch(
                base: "", scope: LDAP_SCOPE_BASE, filter: "(objectClass=*)",
                attributes: [
                    "namingContexts", "defaultNamingContext", "supportedCapabilities", "supportedControl",
                    "currentTime",
                ]), host: host, seconds: seconds)
        guard let entry = page.entries.first else { return Root() }
        func all(_ name: String) -> [String] {
            (entry.attributes[name] ?? []).map { String(decoding: $0, as: UTF8.self) }
        }
        return Root(
            context: all("defaultnamingcontext").first ?? all("namingcontexts").first,
            isActiveDirectory: all("supportedcapabilities").contains(activeDirectory),
            pages: all("supportedcontrol").contains(LDAP_CONTROL_PAGEDRESULTS),
            time: all("currenttime").first.flatMap(LDAPTime.date))
    }

    private static func search(
        _ ld: OpaquePointer, _ search: LDAPSearch, host: String, seconds: Int
    ) throws(ConnectorError) -> Page {
        var result: OpaquePointer?
        let status = search.run(ld, seconds: seconds, &result)
        defer { ldap_msgfree(result) }
        guard status == LDAP_SUCCESS, let result else {
            throw LDAPFailure.error(status, ld, host, isConnected: true)
        }
        return Page(entries: LDAPAnswer.entries(ld, result), cookie: LDAPAnswer.cookie(ld, result))
    }
}

/// A file that only we can read and that is gone behind us.
private final class TemporaryFile {
    let path: String

    init(_ text: String) throws(ConnectorError) {
        var template = Array("/tmp/garrison-ca-XXXXXX\0".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw .setting(name: "ca_certificates", reason: "no temporary file can be written for them")
        }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let bytes = Array(text.utf8)
        let written = write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard written == bytes.count else {
            unlink(path)
            throw .setting(name: "ca_certificates", reason: "no temporary file can be written for them")
        }
    }

    deinit { unlink(path) }
}
