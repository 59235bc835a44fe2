import Domain

/// Why `garrison.yaml` is not obeyed. Nothing runs with half a configuration.
enum ConfigurationError: UserFacingError, Equatable {
    case unreadable(path: String, reason: String)
    case foreign(path: String, reason: String)
    case malformed(path: String, reason: String)
    case unknownKey(path: String, line: Int, key: String)
    case notText(path: String, line: Int, key: String)
    case notInRange(setting: Setting, origin: Configuration.Origin, range: ClosedRange<Int64>)

    var code: String {
        switch self {
        case .unreadable: "configuration.unreadable"
        case .foreign: "configuration.foreign"
        case .malformed: "configuration.malformed"
        case .unknownKey: "configuration.unknown_key"
        case .notText: "configuration.not_text"
        case .notInRange: "configuration.not_in_range"
        }
    }

    var message: String {
        switch self {
        case .unreadable(let path, let reason): "the configuration \(path) cannot be read: \(reason)."
        case .foreign(let path, let reason):
            "the configuration \(path) is not obeyed: \(reason). Correct that, or name the file with --config."
        case .malformed(let path, let reason): "the configuration \(path) is malformed: \(reason)."
        case .unknownKey(let path, let line, let key):
            "\(path), line \(line): unknown key “\(key)”. " + Self.advice(key)
        case .notText(let path, let line, let key): "\(path), line \(line): \(key) needs a text for its value."
        case .notInRange(let setting, let origin, let range):
            "\(setting.rawValue), said by \(origin), has to be a number from \(range.lowerBound) to \(range.upperBound)."
        }
    }

    private static func advice(_ key: String) -> String {
        let names = Setting.allCases.map(\.rawValue)
        if let name = Suggestion.closest(to: key, among: names) { return "Is \(name) meant?" }
        return "The keys are \(names.joined(separator: ", "))."
    }
}
