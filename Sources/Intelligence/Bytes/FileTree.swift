import FoundationEssentials

/// Files and folders by path.
enum FileTree {
    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// The files under a folder, sorted by name within each; hidden ones (a leading dot) are left out. Links
    /// to folders are not followed: they may lead in a circle.
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
            if !isFolder(path) {
                files.append(path)
            } else if !isLink(path) {
                files += try Self.files(under: path)
            }
        }
        return files
    }

    private static func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }
}
