import FoundationEssentials
import Glibc

/// The secret key on its way into a backup and out of it. What is sealed in the database opens only
/// under it.
enum BackupKey {
    /// Nothing when there is no key: then nothing is sealed.
    static func save(_ path: String, into folder: String) throws(CommandError) {
        guard access(path, F_OK) == 0 else { return }
        try copy(path, to: "\(folder)/secret.key")
    }

    /// - Throws: `CommandError.problem` when another key is in its place.
    static func checkPlace(_ path: String, for folder: String) throws(CommandError) {
        guard let kept = FileManager.default.contents(atPath: "\(folder)/secret.key"),
            let present = FileManager.default.contents(atPath: path), kept != present
        else { return }
        throw .problem("\(path) is another key than the backup’s. Move it away, or name another place for the key.")
    }

    static func restore(_ path: String, from folder: String) throws(CommandError) {
        guard access("\(folder)/secret.key", F_OK) == 0, access(path, F_OK) != 0 else { return }
        try copy("\(folder)/secret.key", to: path)
    }

    private static func copy(_ source: String, to target: String) throws(CommandError) {
        guard let data = FileManager.default.contents(atPath: source) else {
            throw .unreadable(path: source, reason: String(cString: strerror(errno)))
        }
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: target, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let bytes = Array(data)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw .unwritable(path: target, reason: String(cString: strerror(errno)))
        }
    }
}
