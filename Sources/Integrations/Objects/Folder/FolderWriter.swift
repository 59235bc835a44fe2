import CXattr
import Crypto
import FoundationEssentials
import Glibc
import NIOCore

/// Writes one object: into a file beside the others, which takes its name when it is whole and on the disk.
final class FolderWriter {
    private let place: FolderPlace
    private let uploads: FolderPlace.Handle
    private let file: FolderPlace.Handle
    private let name: String
    private var hash = SHA256()
    private var isPlaced = false

    init(_ place: FolderPlace) throws(ObjectError) {
        self.place = place
        uploads = try place.top(FolderPlace.uploads)
        name = UUID().uuidString
        let descriptor = openat(
            uploads.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw place.failure() }
        file = FolderPlace.Handle(descriptor)
    }

    deinit { discard() }

    /// Removes what was written, unless it has its place.
    func discard() {
        if !isPlaced { unlinkat(uploads.descriptor, name, 0) }
    }

    func write(_ piece: ByteBuffer) throws(ObjectError) {
        hash.update(piece)
        var offset = 0
        let failed: ObjectError? = piece.withUnsafeReadableBytes { bytes in
            while offset < bytes.count {
                let count = Glibc.write(file.descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    return place.failure()
                }
                offset += count
            }
            return nil
        }
        if let failed { throw failed }
    }

    /// Puts it into its place, in one step for whoever reads.
    func finish(_ key: ObjectKey, _ options: PutOptions) throws(ObjectError) -> StoredObject {
        let digest = hash.finalize().hexadecimal
        try options.check(digest, of: key)
        // Not every file system has attributes: then nothing is known of the digest.
        _ = Array(digest.utf8).withUnsafeBytes {
            fsetxattr(file.descriptor, FolderPlace.attribute, $0.baseAddress, $0.count, 0)
        }
        guard fsync(file.descriptor) == 0 else { throw place.failure() }
        // Whoever removes the last object of a folder removes the folder: then it is made once more.
        for _ in 0..<100 {
            guard let spot = try place.spot(key, isMade: true) else { continue }
            let status =
                options.ifAbsent
                ? linkat(uploads.descriptor, name, spot.folder.descriptor, spot.name, 0)
                : renameat(uploads.descriptor, name, spot.folder.descriptor, spot.name)
            if status == 0 {
                if options.ifAbsent { unlinkat(uploads.descriptor, name, 0) }
                isPlaced = true
                guard fsync(spot.folder.descriptor) == 0 else { throw place.failure() }
                var status = stat()
                guard fstat(file.descriptor, &status) == 0 else { throw place.failure() }
                return FolderPlace.object(key, status, file)
            }
            switch errno {
            case EEXIST where options.ifAbsent: throw .exists(key: key.text)
            case ENOENT: continue
            default: throw place.failure(at: "\(place.path)/objects/\(key)")
            }
        }
        throw place.failure(ENOENT, at: "\(place.path)/objects/\(key)")
    }
}
