import Domain
import Postgres

/// Why the schema could not be brought to where it should be. Nothing of the step at fault stays.
public enum MigrationError: UserFacingError, Equatable {
    case unreadable(folder: String)
    case badFile(name: String, reason: String)
    /// An applied migration's file is another one now.
    case changed(version: Int, name: String)
    /// An applied migration has no file any more: the database is newer than the program.
    case missing(version: Int, name: String)
    case unknownVersion(Int)
    case failed(step: String, reason: String)

    public var code: String {
        switch self {
        case .unreadable: "migrations.unreadable"
        case .badFile: "migration.bad_file"
        case .changed: "migration.changed"
        case .missing: "migration.missing"
        case .unknownVersion: "migration.unknown"
        case .failed: "migration.failed"
        }
    }

    public var message: String {
        switch self {
        case .unreadable(let folder): "The migrations folder \(folder) cannot be read, or holds none."
        case .badFile(let name, let reason): "\(name): \(reason)"
        case .changed(let version, let name):
            """
            Migration \(version) (\(name)) was applied to this database with other contents than its file has now. \
            Restore the file, or use the garrison version that made this database; changes belong in a new migration.
            """
        case .missing(let version, let name):
            """
            This database has migration \(version) (\(name)), of which this program has no file: it was made by a \
            newer garrison. Use that one.
            """
        case .unknownVersion(let version): "There is no migration \(version). Use 0 for an empty database."
        case .failed(let step, let reason): "\(step) failed, and the database is as it was before it: \(reason)"
        }
    }
}
