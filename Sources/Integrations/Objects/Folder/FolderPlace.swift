import CXattr
import FoundationEssentials
import Glibc

/// A folder that objects lie in: `objects/` has them under their keys, `uploads/` what is being written. All is reached
/// step by step from the folder, and no step follows a link: whatever somebody puts into it, no key leads out.
struct FolderPlace: Sendable {
    let path: String

    /// A file or folder that is open, closed with its last user.
    final class Handle: Sendable {
        let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    /// Where an object is: its folder and its name there.
    struct Spot: Sendable {
        let folder: Handle
        let name: String
    }

    static let objects = "objects"
    static let uploads = "uploads"

    func failure(_ code: Int32 = errno, at path: String? = nil) -> ObjectError {
        let reason =
            switch code {
            case ENOSPC, EDQUOT: "the disk is full"
            case EACCES, EPERM, EROFS: "this user may not write or read there"
            case ENOTDIR: "what should be a folder is a file or a link"
            case ELOOP: "it is a link, and links are not followed"
            case EISDIR: "what should be an object is a folder"
            default: String(cString: strerror(code))
            }
        return .folder(path: path ?? self.path, reason: reason)
    }

    /// `objects` or `uploads`, made where it is missing.
    func top(_ name: String) throws(ObjectError) -> Handle {
        try makeRoot()
        let descriptor = Glibc.open(path, O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        return try step(from: Handle(descriptor), name, isMade: true) ?? Handle(-1)
    }

    private func makeRoot() throws(ObjectError) {
        guard access(path, F_OK) != 0 else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw failure()
        }
    }

    /// - Returns: nil where it is not there and is not to be made, or where what it lies in was removed meanwhile.
    private func step(from folder: Handle, _ name: String, isMade: Bool) throws(ObjectError) -> Handle? {
        while true {
            let descriptor = openat(folder.descriptor, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if descriptor >= 0 { return Handle(descriptor) }
            let code = errno
            guard code == ENOENT else { throw failure(code, at: "\(path)/…/\(name)") }
            guard isMade else { return nil }
            guard mkdirat(folder.descriptor, name, 0o700) == 0 || errno == EEXIST else {
                if errno == ENOENT { return nil }
                throw failure(at: "\(path)/…/\(name)")
            }
            fsync(folder.descriptor)
        }
    }

    /// The spot of a key; nil where its folders are not there and are not to be made, or are being removed.
    func spot(_ key: ObjectKey, isMade: Bool) throws(ObjectError) -> Spot? {
        var folder = try top(Self.objects)
        let parts = key.text.split(separator: "/").map(String.init)
        for part in parts.dropLast() {
            guard let next = try step(from: folder, part, isMade: isMade) else { return nil }
            folder = next
        }
        return Spot(folder: folder, name: parts.last ?? "")
    }

    /// Removes the folders of a key that have become empty. One that another writer needs at the same moment he makes
    /// again.
    func prune(_ key: ObjectKey) {
        var parts = key.text.split(separator: "/").dropLast()
        while !parts.isEmpty {
            guard rmdir("\(path)/\(Self.objects)/\(parts.joined(separator: "/"))") == 0 else { return }
            parts = parts.dropLast()
        }
    }

    /// Opens an object for reading; nil where there is none.
    func open(_ key: ObjectKey) throws(ObjectError) -> (Handle, stat)? {
        guard let spot = try spot(key, isMade: false) else { return nil }
        let descriptor = openat(spot.folder.descriptor, spot.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(at: "\(path)/objects/\(key)")
        }
        let handle = Handle(descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        // A folder of this name holds longer keys: an object of it there is not.
        if status.st_mode & S_IFMT == S_IFDIR { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .folder(path: "\(path)/objects/\(key)", reason: "it is no file")
        }
        return (handle, status)
    }

    static func object(_ key: ObjectKey, _ status: stat, _ handle: Handle? = nil) -> StoredObject {
        let time = status.st_mtim
        let version = [Int64(status.st_ino), Int64(status.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)]
            .map { String($0, radix: 16) }.joined(separator: "-")
        return StoredObject(
            key: key, size: Int64(status.st_size), version: version,
            modified: Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9),
            sha256: handle.flatMap(digest))
    }

    /// Where the digest is kept: beside the content, so that they are put into place together.
    static let attribute = "user.garrison.sha256"

    private static func digest(_ handle: Handle) -> String? {
        var bytes = [UInt8](repeating: 0, count: 64)
        guard fgetxattr(handle.descriptor, attribute, &bytes, bytes.count) == 64 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
