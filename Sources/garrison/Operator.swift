import Domain
import Glibc

/// Who works on the database from the command line: for the audit trail.
enum Operator {
    /// An account of the machine, which has every right over the installation.
    static func principal(of tenant: Tenant) -> Principal {
        Principal(tenant: tenant.id, role: .admin, subject: .system, name: name)
    }

    /// What the audit trail calls them.
    static var name: String { "command line: \(account)" }

    /// Who ran sudo, where somebody did.
    private static var account: String {
        if geteuid() == 0, let user = environment("SUDO_USER") { return "\(user) as root" }
        return getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(geteuid())"
    }
}
