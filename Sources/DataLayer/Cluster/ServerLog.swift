import FoundationEssentials
import Glibc

/// The file that PostgreSQL writes its messages to.
enum ServerLog {
    /// Its size in bytes, where the next message will stand.
    static func end(_ path: String) -> Int { fileStatus(path).map { Int($0.st_size) } ?? 0 }

    /// The last lines written since `start`.
    static func tail(_ path: String, from start: Int) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count > start else { return "" }
        let lines = String(decoding: data.dropFirst(start), as: UTF8.self).split(separator: "\n")
        return lines.suffix(12).joined(separator: "\n")
    }

    /// Puts a log of more than 8 MB aside, over the one put aside before.
    static func rotate(_ path: String) {
        if end(path) > 8 << 20 { _ = rename(path, "\(path).1") }
    }
}
