import Glibc

/// Whole files, small ones.
enum FileBytes {
    /// Nil when it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(FuzzError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard count > 0 else { throw .file(path: path) }
            done += count
        }
    }
}

/// Why fuzzing itself could not go on.
enum FuzzError: Error, CustomStringConvertible {
    case file(path: String)
    case noCorpus(String)
    case unknownTarget(String)
    case cannotStart(String)

    var description: String {
        switch self {
        case .file(let path): "cannot use \(path): \(String(cString: strerror(errno)))"
        case .noCorpus(let folder): "there are no samples in \(folder); run from the checkout, or give --corpus"
        case .unknownTarget(let name): "there is no target “\(name)”; --list shows them"
        case .cannotStart(let reason): "cannot start a target's process: \(reason)"
        }
    }
}
