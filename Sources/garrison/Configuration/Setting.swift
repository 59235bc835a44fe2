import Glibc

/// What can be configured, each by a flag, an environment variable and a key of `garrison.yaml`.
enum Setting: String, CaseIterable {
    case databaseURL = "database_url"
    case listen
    case dataDirectory = "data_dir"
    case secretKeyFile = "secret_key_file"
    case objectStoreURL = "object_store_url"
    case patchFileLimit = "patch_file_limit_mb"
    case patchUnknownHold = "patch_unknown_hold_minutes"
    case webhookOwnNetwork = "webhook_own_network"
    case intelSources = "intel_sources"
    case intelMirror = "intel_mirror"
    case intelOSV = "intel_osv"
    case intelNVDSince = "intel_nvd_since"
    case nvdAPI = "nvd_api"
    case nvdAPIKey = "nvd_api_key"
    case vulndbURL = "vulndb_url"
    case vulndbClientID = "vulndb_client_id"
    case vulndbClientSecret = "vulndb_client_secret"
    case vulndbRequestsPerMinute = "vulndb_requests_per_minute"

    /// What intelligence is fetched with.
    static let intelligence: [Setting] = [
        .intelSources, .intelMirror, .intelOSV, .intelNVDSince, .nvdAPI, .nvdAPIKey, .vulndbURL, .vulndbClientID,
        .vulndbClientSecret, .vulndbRequestsPerMinute,
    ]

    /// The environment variable.
    var variable: String {
        switch self {
        case .databaseURL: "DATABASE_URL"
        case .objectStoreURL: "OBJECT_STORE_URL"
        case .listen: "GARRISON_LISTEN"
        case .dataDirectory: "GARRISON_DATA_DIR"
        case .secretKeyFile: "GARRISON_SECRET_KEY_FILE"
        case .patchFileLimit, .patchUnknownHold, .webhookOwnNetwork, .intelSources, .intelMirror, .intelOSV,
            .intelNVDSince, .nvdAPI, .nvdAPIKey, .vulndbURL, .vulndbClientID, .vulndbClientSecret,
            .vulndbRequestsPerMinute:
            "GARRISON_\(rawValue.uppercased())"
        }
    }

    /// Whether nobody else may read it.
    var isSecret: Bool { self == .nvdAPIKey || self == .vulndbClientSecret }

    /// Whether the value is a path: in the file, relative ones start at the file's folder.
    var isPath: Bool { self == .dataDirectory || self == .secretKeyFile }
}

/// An environment variable that is set and not empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
}
