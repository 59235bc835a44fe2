import FoundationEssentials
import Glibc

/// The file tree of the examined system. Paths are relative to its root; symbolic links, absolute
/// ones too, are followed inside it, so that a mounted image cannot point at the examiner's files.
/// Never writes.
final class ExaminedRoot: Sendable {
    /// True for the running system's own root.
    let isLive: Bool
    private let descriptor: Descriptor

    init(_ path: String) throws(CollectionError) {
        let number = open(path, Descriptor.placeOnly | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .root(path: path, reason: String(cString: strerror(errno))) }
        descriptor = Descriptor(number)
        var own = stat()
        var running = stat()
        isLive =
            fstat(number, &own) == 0 && stat("/", &running) == 0
            && own.st_ino == running.st_ino && own.st_dev == running.st_dev
    }

    /// Opens a regular file for reading; never a device, a pipe or a socket.
    func file(_ path: String) throws(FileFault) -> ExaminedFile {
        let entry = try resolve(path)
        guard try entry.descriptor.status().isRegular else { throw .notRegular }
        // O_NONBLOCK: were the file swapped for a pipe just now, opening it must not wait.
        let number = openat(entry.parent.number, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { throw FileFault(errno: errno) }
        return try ExaminedFile(Descriptor(number))
    }

    /// The whole content of a file of at most `limit` bytes.
    func bytes(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
        try file(path).allBytes(limit: limit)
    }

    /// The content as text; invalid UTF-8 is replaced.
    func text(_ path: String, limit: Int = 1 << 20) throws(FileFault) -> String {
        String(decoding: try bytes(path, limit: limit), as: UTF8.self)
    }

    /// One word or line, such as /proc and /sys files hold; nil when it cannot be read or is empty.
    func line(_ path: String) -> String? {
        guard let text = try? text(path, limit: 1 << 16) else { return nil }
        let line = text.prefix { !$0.isNewline }.filter { $0 != "\0" }
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    func exists(_ path: String) -> Bool { (try? resolve(path)) != nil }

    /// The names in a directory, sorted; empty when there is none.
    func names(in path: String) throws(FileFault) -> [String] { try directory(path).names() }

    func directory(_ path: String) throws(FileFault) -> ExaminedDirectory {
        let entry = try resolve(path)
        guard try entry.descriptor.status().isDirectory else { throw .missing }
        let number = openat(entry.descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw FileFault(errno: errno) }
        return ExaminedDirectory(Descriptor(number))
    }

    /// Where a symbolic link points, as it is written; nil when it is none.
    func link(_ path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, let parent = try? resolve(parts.dropLast().joined(separator: "/")) else {
            return nil
        }
        return Self.target(of: name, in: parent.descriptor.number)
    }

    private struct Entry {
        var parent: Descriptor
        var name: String
        var descriptor: Descriptor
    }

    /// Walks to `path` a component at a time. `..` at the root stays there, as in chroot(2).
    private func resolve(_ path: String) throws(FileFault) -> Entry {
        var pending = Self.components(path)
        var walked: [Entry] = []
        var links = 0
        while let name = pending.popLast() {
            if name == ".." {
                _ = walked.popLast()
                continue
            }
            let parent = walked.last?.descriptor ?? descriptor
            let number = openat(parent.number, name, Descriptor.placeOnly | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { throw FileFault(errno: errno) }
            let entry = Entry(parent: parent, name: name, descriptor: Descriptor(number))
            let isLink = try entry.descriptor.status().isLink
            guard isLink else {
                walked.append(entry)
                continue
            }
            links += 1
            guard links <= 40, let target = Self.target(of: "", in: number) else { throw .linkLoop }
            if target.hasPrefix("/") { walked.removeAll() }
            pending.append(contentsOf: Self.components(target))
        }
        return walked.last ?? Entry(parent: descriptor, name: ".", descriptor: descriptor)
    }

    /// The components of a path, last first.
    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
    }

    private static func target(of name: String, in directory: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(directory, name, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
