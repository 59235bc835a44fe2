import Glibc

/// What can be configured, each by a flag, an environment variable and a key of `garrison.yaml`.
enum Setting: String, CaseIterable {
    case databaseURL = "database_url"
    case listen
    case dataDirectory = "data_dir"
    case secretKeyFile = "secret_key_file"

    /// The environment variable.
    var variable: String {
        switch self {
        case .databaseURL: "DATABASE_URL"
        case .listen: "GARRISON_LISTEN"
        case .dataDirectory: "GARRISON_DATA_DIR"
        case .secretKeyFile: "GARRISON_SECRET_KEY_FILE"
        }
    }

    /// Whether the value is a path: in the file, relative ones start at the file's folder.
    var isPath: Bool { self == .dataDirectory || self == .secretKeyFile }
}

/// An environment variable that is set and not empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
}
