import API
import FoundationEssentials
import Objects
import Patching

/// The settings in force: flags over the environment over `garrison.yaml` over defaults.
struct Configuration {
    /// Where a value was said.
    enum Origin: Equatable {
        case flag
        case environment(String)
        case file(path: String, line: Int)
        case standard
    }

    struct Value: Equatable {
        let text: String
        let origin: Origin
    }

    /// Nil when there is no file.
    let file: ConfigurationFile?
    private let flags: [Setting: String]

    /// - Parameters:
    ///   - flags: what the command line says.
    ///   - path: the file named with `--config`, which then must exist.
    init(flags: [Setting: String] = [:], path: String? = nil) throws(ConfigurationError) {
        self.flags = flags
        file = try ConfigurationFile.find(named: path)
    }

    /// Nil when nobody says it and it has no default.
    func value(_ setting: Setting) -> Value? {
        if let text = flags[setting] { return Value(text: text, origin: .flag) }
        if let text = environment(setting.variable) { return Value(text: text, origin: .environment(setting.variable)) }
        if let file, let entry = file.entries[setting] {
            return Value(text: entry.text, origin: .file(path: file.path, line: entry.line))
        }
        return standard(setting).map { Value(text: $0, origin: .standard) }
    }

    func text(_ setting: Setting) -> String? { value(setting)?.text }

    var dataDirectory: String { text(.dataDirectory) ?? DataDirectory.standard }
    var listen: String { text(.listen) ?? Self.standardAddress }
    var secretKeyFile: String { text(.secretKeyFile) ?? "\(dataDirectory)/secret.key" }

    /// The environment, with what `garrison.yaml` says of intelligence where it says nothing.
    var intelligenceEnvironment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for setting in Setting.intelligence where environment[setting.variable, default: ""].isEmpty {
            environment[setting.variable] = file?.entries[setting]?.text
        }
        return environment
    }

    /// What `OBJECT_STORE_URL` names; by default a folder in the data directory.
    var objectStore: any ObjectStore {
        get throws(ObjectError) {
            // Not by its address: a data directory's path may be relative, and hold any character.
            guard let value = value(.objectStoreURL), value.origin != .standard else {
                return FolderStore(path: "\(dataDirectory)/objects")
            }
            return try ObjectStoreFactory.open(value.text, environment: ProcessInfo.processInfo.environment)
        }
    }

    /// Bytes that a file for a patch may have.
    var largestPatchFile: Int64 {
        get throws(ConfigurationError) {
            guard let value = value(.patchFileLimit) else { return PatchShelf.standardLimit }
            guard let megabytes = Int64(value.text), 1...(64 << 10) ~= megabytes else {
                throw .notInRange(setting: .patchFileLimit, origin: value.origin, range: 1...(64 << 10))
            }
            return megabytes << 20
        }
    }

    /// Seconds for which a machine of which its executor tells nothing keeps others from being patched.
    var patchUnknownHold: Double {
        get throws(ConfigurationError) {
            guard let value = value(.patchUnknownHold) else { return TargetPace.standardHold }
            // After a day it is given up.
            guard let minutes = Int64(value.text), 0...1440 ~= minutes else {
                throw .notInRange(setting: .patchUnknownHold, origin: value.origin, range: 0...1440)
            }
            return Double(minutes) * 60
        }
    }

    static let standardAddress = "127.0.0.1:8080"

    private func standard(_ setting: Setting) -> String? {
        switch setting {
        case .databaseURL: nil
        case .intelSources, .intelMirror, .intelOSV, .intelNVDSince, .nvdAPI, .nvdAPIKey, .vulndbURL,
            .vulndbClientID, .vulndbClientSecret, .vulndbRequestsPerMinute:
            nil
        case .objectStoreURL: "file://\(dataDirectory)/objects"
        case .patchUnknownHold: "\(Int(TargetPace.standardHold) / 60)"
        case .patchFileLimit: "\(PatchShelf.standardLimit >> 20)"
        case .webhookOwnNetwork: "refuse"
        case .listen: Self.standardAddress
        case .dataDirectory: DataDirectory.standard
        case .secretKeyFile: "\(dataDirectory)/secret.key"
        }
    }
}

extension Configuration.Origin: CustomStringConvertible {
    var description: String {
        switch self {
        case .flag: "a flag"
        case .environment(let name): "the environment variable \(name)"
        case .file(let path, let line): "\(path), line \(line)"
        case .standard: "the default"
        }
    }
}
