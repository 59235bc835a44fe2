import FoundationEssentials

/// The checkout's files as text.
enum SourceTree {
    struct File {
        /// From the checkout's root.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// So that a failure shows the file and not its text.
        func has(_ words: String) -> Bool { text.contains(words) }
        /// The modules of its `import` lines.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let start = words.firstIndex(of: "import"), start <= 1, start + 1 < words.count else {
                    return nil
                }
                return String(words[start + 1].prefix { $0 != "." })
            }
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files under a folder whose names end in `suffix`, sorted.
    static func files(_ folder: String, suffix: String = ".swift") throws -> [File] {
        var found: [File] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted() {
            let path = "\(folder)/\(name)"
            var isFolder = false
            guard FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder) else {
                continue
            }
            if isFolder {
                found += try files(path, suffix: suffix)
            } else if name.hasSuffix(suffix) {
                let data = try Data(contentsOf: root.appending(path: path))
                found.append(File(path: path, text: String(decoding: data, as: UTF8.self)))
            }
        }
        return found
    }

    static func file(_ path: String) throws -> File {
        let data = try Data(contentsOf: root.appending(path: path))
        return File(path: path, text: String(decoding: data, as: UTF8.self))
    }
}
