import Domain

/// Why the private PostgreSQL cannot be used.
public enum ClusterError: UserFacingError, Equatable {
    case notInstalled
    case tooOld(version: Int)
    /// The data was made by a major version that is not installed.
    case versionMismatch(data: Int, installed: [Int])
    /// A folder cannot be made or used; the reason is the system's.
    case folder(path: String, reason: String)
    case notPermitted(path: String)
    case foreignOwner(path: String, owner: String)
    /// Another `garrison serve` has this data directory.
    case inUse(path: String, pid: Int32?)
    case notADatabase(path: String)
    /// The socket's path is longer than the 107 bytes that a Unix socket may have.
    case socketPathTooLong(path: String)
    case cannotStart(program: String, reason: String)
    case initialisationFailed(log: String)
    case startFailed(log: String)
    case orphanDoesNotStop(pid: Int32)

    public var code: String {
        switch self {
        case .notInstalled: "cluster.not_installed"
        case .tooOld: "cluster.too_old"
        case .versionMismatch: "cluster.version_mismatch"
        case .folder: "cluster.folder"
        case .notPermitted: "cluster.not_permitted"
        case .foreignOwner: "cluster.foreign_owner"
        case .inUse: "cluster.in_use"
        case .notADatabase: "cluster.not_a_database"
        case .socketPathTooLong: "cluster.socket_path_too_long"
        case .cannotStart: "cluster.cannot_start"
        case .initialisationFailed: "cluster.initialisation_failed"
        case .startFailed: "cluster.start_failed"
        case .orphanDoesNotStop: "cluster.orphan_does_not_stop"
        }
    }

    public var message: String {
        switch self {
        case .notInstalled:
            "PostgreSQL is not installed. Run `apt-get install postgresql`, or set DATABASE_URL to a server elsewhere."
        case .tooOld(let version):
            "PostgreSQL \(version) is too old; 15 or newer is needed. Install Debian's package postgresql-15."
        case .versionMismatch(let data, let installed):
            """
            The database was made by PostgreSQL \(data), and \(Self.list(installed)) is installed. Install Debian's \
            package postgresql-\(data), or convert the data with pg_upgrade.
            """
        case .folder(let path, let reason): "\(path) cannot be used: \(reason). Choose another with --data-dir."
        case .notPermitted(let path):
            "You may not use the database in \(path). Run this command as the user who runs `garrison serve`."
        case .foreignOwner(let path, let owner):
            "The database in \(path) belongs to \(owner). Run as that user or as root, or choose another --data-dir."
        case .inUse(let path, let pid):
            "Another garrison\(pid.map { " (process \($0))" } ?? "") uses \(path). Stop it, or choose another --data-dir."
        case .notADatabase(let path):
            "\(path) exists and is not a PostgreSQL data directory. Move it away, or choose another --data-dir."
        case .socketPathTooLong(let path): "The path \(path) is too long for a socket. Choose a shorter --data-dir."
        case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)."
        case .initialisationFailed(let log): "The database could not be initialised. PostgreSQL says:\n\(log)"
        case .startFailed(let log): "PostgreSQL did not start. Its log ends with:\n\(log)"
        case .orphanDoesNotStop(let pid):
            "PostgreSQL (process \(pid)), left behind by a garrison that was killed, does not stop. Stop it by hand."
        }
    }

    private static func list(_ versions: [Int]) -> String {
        versions.isEmpty ? "none" : versions.map(String.init).joined(separator: ", ")
    }
}
