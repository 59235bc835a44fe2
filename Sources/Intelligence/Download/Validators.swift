import FoundationEssentials

/// What is known of a file that was fetched: what its server said identifies this version of it, which goes
/// into the next request (RFC 9110 section 13), and what was found out here.
struct Validators: Codable, Equatable {
    var etag: String?
    var lastModified: String?
    /// SHA-256 of the file in hexadecimal.
    var sha256: String?
    /// SHA-256 of what the file holds decompressed, where the publisher names it.
    var contentSHA256: String?
    var checkedAt: Date?
    /// What its publisher calls it, where that changes from one version to the next.
    var publishedName: String?

    /// What a broken download may go on with: an entity tag that is not weak, or a date.
    /// RFC 9110 section 13.1.5.
    var ifRange: String? {
        if let etag, !etag.hasPrefix("W/") { return etag }
        return lastModified
    }

    /// Those kept for a file; none when the file itself is gone.
    static func kept(besides path: String) -> Validators {
        guard FileManager.default.fileExists(atPath: path),
            let data = try? Data(contentsOf: URL(filePath: path + ".validators")),
            let kept = try? JSONDecoder().decode(Validators.self, from: data)
        else { return Validators() }
        return kept
    }

    /// Losing them costs a download, nothing else.
    func keep(besides path: String) {
        try? JSONEncoder().encode(self).write(to: URL(filePath: path + ".validators"), options: .atomic)
    }

    static func forget(besides path: String) {
        try? FileManager.default.removeItem(atPath: path + ".validators")
    }
}
