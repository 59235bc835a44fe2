#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension SecretBox {
    /// Opens the box whose key is in a file, and makes the file (mode 0600, random key) if there is
    /// none. Blocks on the disk; call it at start.
    ///
    /// Throws `keyFileExposed` when others may read the file, `keyFileWrongSize` when it is no key.
    public init(keyFile path: String) throws(IdentityError) {
        let file = KeyFile(path: path)
        if try !file.exists() { try file.create(SecureRandom.bytes(Self.keyBytes)) }
        // Read back also what was just made: two processes may start at once, and one file wins.
        let bytes = try file.read()
        guard let box = SecretBox(key: bytes) else { throw .keyFileWrongSize(path: path, bytes: bytes.count) }
        self = box
    }
}

/// A small file that only its owner may read.
struct KeyFile {
    let path: String

    func exists() throws(IdentityError) -> Bool {
        if access(path, F_OK) == 0 { return true }
        guard errno == ENOENT else { throw failure() }
        return false
    }

    /// Written aside and linked into place, so that the path never names half a key and never
    /// replaces one. Another process having been faster is no error.
    func create(_ bytes: [UInt8]) throws(IdentityError) {
        let draft = path + ".\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { unlink(draft) }
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten else { throw failure() }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure() }
    }

    func read() throws(IdentityError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        let mode = UInt32(status.st_mode) & 0o777
        guard mode & 0o077 == 0 else { throw .keyFileExposed(path: path, mode: mode) }
        return try contents(of: descriptor)
    }

    /// One byte more than a key has, so that a longer file is noticed.
    private func contents(of descriptor: Int32) throws(IdentityError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: SecretBox.keyBytes + 1)
        let count = buffer.withUnsafeMutableBytes { Self.read(descriptor, $0) }
        guard count >= 0 else { throw failure() }
        return Array(buffer.prefix(count))
    }

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private func failure() -> IdentityError {
        .keyFileUnusable(path: path, reason: String(cString: strerror(errno)))
    }
}
