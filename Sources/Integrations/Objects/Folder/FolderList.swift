import Glibc

/// Walks a folder in the order of the keys' bytes, from a key on.
struct FolderList {
    private let place: FolderPlace
    private let prefix: String
    private let after: [UInt8]
    private let limit: Int
    private var found: [StoredObject] = []

    init(_ place: FolderPlace, prefix: String, after page: String?, limit: Int) {
        self.place = place
        self.prefix = prefix
        after = Array((page ?? "").utf8)
        self.limit = limit
    }

    consuming func page() throws(ObjectError) -> ObjectPage {
        try walk(try place.top(FolderPlace.objects), "")
        // One more than asked for tells that there is another page.
        guard found.count > limit else { return ObjectPage(objects: found, next: nil) }
        found.removeLast(found.count - limit)
        return ObjectPage(objects: found, next: found.last?.key.text)
    }

    private mutating func walk(_ folder: FolderPlace.Handle, _ path: String) throws(ObjectError) {
        var entries: [(key: String, name: String, status: stat)] = []
        for name in try Self.names(in: folder, place) {
            var status = stat()
            guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            // A folder comes where its objects' keys come: with the slash.
            case S_IFDIR: entries.append((path + name + "/", name, status))
            case S_IFREG: entries.append((path + name, name, status))
            default: continue
            }
        }
        entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for entry in entries where found.count <= limit {
            if entry.key.hasSuffix("/") {
                guard mayHold(entry.key) else { continue }
                let descriptor = openat(folder.descriptor, entry.name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                // It was removed, with its last object.
                guard descriptor >= 0 else { continue }
                try walk(FolderPlace.Handle(descriptor), entry.key)
            } else if entry.key.hasPrefix(prefix), after.lexicographicallyPrecedes(entry.key.utf8),
                let key = ObjectKey(listed: entry.key[...])
            {
                found.append(FolderPlace.object(key, entry.status))
            }
        }
    }

    /// Whether keys that begin so are wanted, and do not all lie before the page.
    private func mayHold(_ beginning: String) -> Bool {
        guard beginning.hasPrefix(prefix) || prefix.hasPrefix(beginning) else { return false }
        return after.starts(with: beginning.utf8) || after.lexicographicallyPrecedes(beginning.utf8)
    }

    static func names(in folder: FolderPlace.Handle, _ place: FolderPlace) throws(ObjectError) -> [String] {
        // Another description of the same folder: reading one moves it on.
        let copy = openat(folder.descriptor, ".", O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw place.failure() }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
