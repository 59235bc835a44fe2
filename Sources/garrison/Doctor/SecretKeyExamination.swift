import Glibc
import Identity

/// The key that sealed secrets are under.
struct SecretKeyExamination: Examination {
    let path: String

    func checks() -> [Check] {
        let name = "secret_key"
        // Looking must not make it, as opening the box would.
        guard access(path, F_OK) == 0 else {
            let reason = errno
            if reason == ENOENT { return [.ok(name, "secret key: \(path), made when the first secret is stored")] }
            return [.problem(name, "secret key \(path): \(String(cString: strerror(reason)))", Self.advice)]
        }
        do {
            _ = try SecretBox(keyFile: path)
            return [.ok(name, "secret key: \(path)")]
        } catch {
            return [.problem(name, error.message, Self.advice(error, path))]
        }
    }

    private static let advice = "Run as the key’s owner, or set GARRISON_SECRET_KEY_FILE to the right file."

    private static func advice(_ error: IdentityError, _ path: String) -> String? {
        switch error {
        case .keyFileExposed: "chmod 600 \(path)"
        case .keyFileWrongSize: "Restore it from a backup."
        default: advice
        }
    }
}
