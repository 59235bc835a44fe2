import FoundationEssentials
import Glibc

/// A regular file of the examined system, open for reading.
final class ExaminedFile: Sendable {
    /// Bytes; 0 for the files of /proc and /sys, whatever they hold.
    let size: Int
    private let descriptor: Descriptor

    init(_ descriptor: Descriptor) throws(FileFault) {
        let status = try descriptor.status()
        guard status.isRegular else { throw .notRegular }
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    /// Up to `count` bytes from `offset`; fewer at the end of the file or on a read error.
    func read(at offset: Int, count: Int) -> [UInt8] {
        guard offset >= 0, count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor.number, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
    }

    /// Everything, when it is at most `limit` bytes.
    func allBytes(limit: Int) throws(FileFault) -> [UInt8] {
        guard size <= limit else { throw .tooLarge(limit: limit) }
        var content = read(at: 0, count: max(size, 1))
        while true {
            let more = read(at: content.count, count: 1 << 16)
            if more.isEmpty { return content }
            content += more
            guard content.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }
}

/// A directory of the examined system, open for listing.
final class ExaminedDirectory: Sendable {
    private let descriptor: Descriptor

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// Device and inode: equal for one directory reached by two paths.
    var identity: String { (try? descriptor.status()).map { "\($0.st_dev):\($0.st_ino)" } ?? "" }

    /// The path by which this process reaches the directory now, free of symbolic links.
    var hostPath: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/fd/\(descriptor.number)", &buffer, Int(PATH_MAX))
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Sorted names, without `.` and `..`.
    func names() -> [String] {
        // The stream closes the descriptor it is given.
        guard let stream = fdopendir(dup(descriptor.number)) else { return [] }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// When the file called `name` here was last changed; symbolic links are not followed.
    func modified(_ name: String) -> Date? {
        var status = stat()
        guard fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.isRegular else { return nil }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
    }
}
