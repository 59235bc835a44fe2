import FoundationEssentials

/// Files and folders by path.
enum FileTree {
    static func isFolder(_ path: String) -> Bool {
        var isFolder: Bool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// The regular files under a folder, sorted; hidden ones (a leading dot) are left out.
    static func files(under folder: String) throws(IntelligenceError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .unreadable(path: folder, reason: "the folder cannot be listed")
        }
        var files: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if isFolder(path) {
                files += try Self.files(under: path)
            } else {
                files.append(path)
            }
        }
        return files
    }
}
