import Domain

/// What can be wrong with passwords, tokens, keys and sealed secrets. No case holds a secret.
public enum IdentityError: UserFacingError, Hashable {
    /// Fewer characters than `PasswordHash.minimumLength`.
    case passwordTooShort(Int)
    /// More bytes than `PasswordHash.maximumBytes`.
    case passwordTooLong(Int)
    /// The key derivation refused its parameters or had no memory.
    case hashingFailed(String)
    /// The key file cannot be read or written; holds the path and the system's words.
    case keyFileUnusable(path: String, reason: String)
    /// The key file is readable by others than its owner; holds its permission bits.
    case keyFileExposed(path: String, mode: UInt32)
    case keyFileWrongSize(path: String, bytes: Int)
    /// A sealed secret does not open: changed, cut, of another place, or sealed under another key.
    case unsealFailed
    case sealFailed(String)

    public var code: String {
        switch self {
        case .passwordTooShort: "password.too_short"
        case .passwordTooLong: "password.too_long"
        case .hashingFailed: "password.hashing_failed"
        case .keyFileUnusable: "key_file.unusable"
        case .keyFileExposed: "key_file.exposed"
        case .keyFileWrongSize: "key_file.wrong_size"
        case .unsealFailed: "secret.unseal_failed"
        case .sealFailed: "secret.seal_failed"
        }
    }

    public var message: String {
        switch self {
        case .passwordTooShort(let length):
            "The password has \(length) characters; choose one of at least \(PasswordHash.minimumLength)."
        case .passwordTooLong(let bytes):
            "The password has \(bytes) bytes; choose one of at most \(PasswordHash.maximumBytes)."
        case .hashingFailed(let reason):
            "The password could not be hashed (\(reason)). Is there enough free memory?"
        case .keyFileUnusable(let path, let reason):
            "The key file \(path) cannot be used: \(reason)."
        case .keyFileExposed(let path, let mode):
            "The key file \(path) is open to other users (mode \(String(mode, radix: 8))); run: chmod 600 \(path)"
        case .keyFileWrongSize(let path, let bytes):
            "The key file \(path) holds \(bytes) bytes instead of \(SecretBox.keyBytes). Restore it from a backup; "
                + "what was sealed under the lost key must be entered again."
        case .unsealFailed:
            "A stored secret does not open under this key. Is GARRISON_SECRET_KEY_FILE the file that was in use "
                + "when it was stored?"
        case .sealFailed(let reason):
            "The secret could not be sealed (\(reason))."
        }
    }
}
