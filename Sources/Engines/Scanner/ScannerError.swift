import Domain

/// Why a scan index cannot be read or written.
public enum ScannerError: UserFacingError, Equatable {
    /// The file cannot be opened, mapped, created or renamed.
    case fileUnavailable(path: String, reason: String)
    /// Too short, wrong size, or sections that lie outside of the file.
    case indexDamaged(path: String, reason: String)
    /// Not an index file at all.
    case notAnIndex(path: String)
    /// Written by a program with another format version.
    case unsupportedVersion(path: String, version: UInt32)

    public var code: String {
        switch self {
        case .fileUnavailable: "index.unavailable"
        case .indexDamaged: "index.damaged"
        case .notAnIndex: "index.unrecognised"
        case .unsupportedVersion: "index.version"
        }
    }

    public var message: String {
        switch self {
        case .fileUnavailable(let path, let reason):
            "The advisory index \(path) cannot be used: \(reason). Check the path and its permissions."
        case .indexDamaged(let path, let reason):
            "The advisory index \(path) is damaged: \(reason). Make it again with `garrison intel index`."
        case .notAnIndex(let path):
            "\(path) is not an advisory index. Make one with `garrison intel index DIR --output FILE`."
        case .unsupportedVersion(let path, let version):
            """
            The advisory index \(path) has format version \(version), and this program reads version \
            \(IndexLayout.version). Make it again with `garrison intel index`.
            """
        }
    }
}
