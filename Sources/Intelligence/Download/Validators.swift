import FoundationEssentials

/// What a server said identifies the version of a file: sent back in the next request.
struct Validators: Codable {
    var etag: String?
    var lastModified: String?

    init(etag: String?, lastModified: String?) {
        self.etag = etag
        self.lastModified = lastModified
    }

    /// Those kept for a file; none when the file itself is gone.
    init(besides path: String) {
        guard FileManager.default.fileExists(atPath: path),
            let data = try? Data(contentsOf: URL(filePath: path + ".validators")),
            let kept = try? JSONDecoder().decode(Validators.self, from: data)
        else {
            self.init(etag: nil, lastModified: nil)
            return
        }
        self = kept
    }

    /// Losing them costs a download, nothing else.
    func write(besides path: String) {
        try? JSONEncoder().encode(self).write(to: URL(filePath: path + ".validators"))
    }
}
