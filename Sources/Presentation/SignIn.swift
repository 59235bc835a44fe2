import API
import Domain
import Identity
import Store

/// Finds who an address and a password belong to.
struct SignIn {
    let store: Store

    /// Nil when nobody has them. Takes as long for an unknown address as for a wrong password.
    func user(email: String, password: String) async throws -> UserStore.Credential? {
        let candidates = try await store.users.credentials(email: email)
        if candidates.isEmpty { _ = await Passwords.verify(password, against: nil) }
        for candidate in candidates {
            let hash = PasswordHash(encoded: candidate.passwordHash)
            guard await Passwords.verify(password, against: hash) else { continue }
            if hash?.isOutdated == true { try await renew(candidate, password) }
            return candidate
        }
        return nil
    }

    /// Only now is there a password to hash with today's parameters.
    private func renew(_ user: UserStore.Credential, _ password: String) async throws {
        let hash = try await Passwords.hash(password)
        try await store.users.rehash(user.user.id, to: hash.encoded, tenant: user.tenant)
    }
}

/// Paths of this site: what a link may send people to after they have signed in.
enum LocalPath {
    /// The path, or `/` where it would lead elsewhere: `//host`, `/\host`, an absolute URL.
    static func safe(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/\\"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "/" }
        return path
    }
}

/// The cookie that holds a browser's session (RFC 6265bis).
struct SessionCookie {
    let name: String
    let allowsPlain: Bool

    func setting(_ value: String, seconds: Int) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + (allowsPlain ? "" : "; Secure")
    }

    var clearing: String { setting("", seconds: 0) }
}
