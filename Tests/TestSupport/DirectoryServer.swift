import Foundation
import Glibc

/// OpenLDAP's server with machines in it, on this machine alone. It has the attributes that Active Directory has for them.
package final class DirectoryServer {
    package static let base = "dc=corp,dc=example,dc=test"
    package static let reader = "cn=reader,\(base)"
    package static let password = "reader-secret"

    private static let program = "/usr/sbin/slapd"
    package static var isInstalled: Bool { access(program, X_OK) == 0 }

    private let folder: TestFolder
    private let server: Program
    private let ports: (plain: Int, tls: Int)

    /// - Parameters:
    ///   - entries: LDIF, below `base`.
    ///   - isActiveDirectory: says of itself that it is one.
    package init(_ entries: String, isActiveDirectory: Bool = false) async throws {
        folder = try TestFolder()
        ports = (try freePort(), try freePort())
        try FileManager.default.createDirectory(atPath: "\(folder.path)/db", withIntermediateDirectories: false)
        try Self.certify(folder)
        try folder.write(Self.schema, to: "directory.schema")
        try folder.write("dn:\nsupportedCapabilities: 1.2.840.113556.1.4.800\n", to: "root.ldif")
        let configuration = try folder.write(
            Self.configuration(folder.path, root: isActiveDirectory), to: "slapd.conf")
        let list = try folder.write("\(Self.tree)\n\(entries)", to: "entries.ldif")
        let filled = try Program.run(["/usr/sbin/slapadd", "-q", "-f", configuration, "-l", list])
        guard filled.status == 0 else { throw TestFailure("slapadd: \(filled.complaints)") }
        server = try Program([
            Self.program, "-d", "0", "-f", configuration, "-h",
            "ldap://127.0.0.1:\(ports.plain) ldaps://127.0.0.1:\(ports.tls)",
        ])
        try await waitUntil("the directory answers", seconds: 60) {
            guard server.isRunning else { throw TestFailure("slapd ended: \(server.complaints)") }
            return try Program.run(["/usr/bin/ldapsearch", "-x", "-H", plain, "-b", "", "-s", "base", "1.1"]).status
                == 0
        }
    }

    /// Its addresses: without encryption at first, and with.
    package var plain: String { "ldap://127.0.0.1:\(ports.plain)" }
    package var encrypted: String { "ldaps://127.0.0.1:\(ports.tls)" }

    /// The certificate that its own is signed by: itself.
    package func authority() throws -> String {
        try String(contentsOfFile: "\(folder.path)/tls.crt", encoding: .utf8)
    }

    /// Changes entries, as LDIF says.
    package func modify(_ ldif: String) throws {
        let outcome = try Program.run(
            ["/usr/bin/ldapmodify", "-x", "-H", plain, "-D", "cn=admin,\(Self.base)", "-w", "admin-secret"],
            input: Data(ldif.utf8))
        guard outcome.status == 0 else { throw TestFailure("ldapmodify: \(outcome.complaints)") }
    }

    package func stop() async {
        await server.stop()
        folder.remove()
    }

    /// Runs `body` with a server that is stopped behind it.
    package static func with(
        _ entries: String, isActiveDirectory: Bool = false, _ body: (DirectoryServer) async throws -> Void
    ) async throws {
        let server = try await DirectoryServer(entries, isActiveDirectory: isActiveDirectory)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        await server.stop()
        try outcome.get()
    }

    private static func certify(_ folder: TestFolder) throws {
        let made = try Program.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder.path)/tls.key", "-out",
            "\(folder.path)/tls.crt",
        ])
        guard made.status == 0 else { throw TestFailure("openssl: \(made.complaints)") }
    }

    private static func configuration(_ path: String, root: Bool) -> String {
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        include \(path)/directory.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        pidfile \(path)/pid
        \(root ? "rootDSE \(path)/root.ldif" : "")
        TLSCertificateFile \(path)/tls.crt
        TLSCertificateKeyFile \(path)/tls.key
        sizelimit 500
        database mdb
        suffix "\(base)"
        rootdn "cn=admin,\(base)"
        rootpw admin-secret
        directory \(path)/db
        maxsize 67108864
        access to attrs=userPassword by anonymous auth by * none
        access to * by users read by * none
        """
    }

    /// With the numbers that Microsoft has given them.
    private static let schema = """
        attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.619 NAME 'dNSHostName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.363 NAME 'operatingSystem' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.364 NAME 'operatingSystemVersion' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.1696 NAME 'lastLogonTimestamp' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.2.3 NAME 'whenChanged' EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
        attributetype ( 1.2.840.113556.1.4.1464 NAME 'supportedCapabilities' EQUALITY objectIdentifierMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )
        objectclass ( 1.2.840.113556.1.3.30 NAME 'computer' SUP top STRUCTURAL MUST cn MAY ( sAMAccountName $ objectGUID $ userAccountControl $ dNSHostName $ operatingSystem $ operatingSystemVersion $ lastLogonTimestamp $ whenChanged ) )
        """

    private static let tree = """
        dn: \(base)
        objectClass: dcObject
        objectClass: organization
        o: Corp
        dc: corp

        dn: \(reader)
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: reader
        userPassword: \(password)

        dn: uid=alice,\(base)
        objectClass: inetOrgPerson
        uid: alice
        cn: Alice
        sn: Example

        """
}
