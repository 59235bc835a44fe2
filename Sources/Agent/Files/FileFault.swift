import Glibc

/// Why one file of the examined system was not read.
enum FileFault: Error, Hashable {
    case missing
    case denied
    case notRegular
    case tooLarge(limit: Int)
    case linkLoop
    case system(Int32)

    init(errno code: Int32) {
        self =
            switch code {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM: .denied
            case ELOOP: .linkLoop
            default: .system(code)
            }
    }

    /// The sentence of a note about `path`.
    func sentence(_ path: String) -> String {
        switch self {
        case .missing: "/\(path) does not exist."
        case .denied: "/\(path) may not be read by this user; run as root to include it."
        case .notRegular: "/\(path) is not a regular file."
        case .tooLarge(let limit): "/\(path) is larger than the \(limit >> 20) MiB that are read."
        case .linkLoop: "/\(path) leads through too many symbolic links."
        case .system(let code): "/\(path) cannot be read: \(String(cString: strerror(code)))."
        }
    }
}
