import Domain
import FoundationEssentials
import Glibc
import Yams

/// `garrison.yaml`: a mapping of the settings' keys to texts.
struct ConfigurationFile {
    struct Entry {
        let text: String
        /// Counted from 1.
        let line: Int
    }

    let path: String
    let entries: [Setting: Entry]

    /// The file named, by `--config` or GARRISON_CONFIG; else the first there is of `garrison.yaml` in
    /// the current folder, in the user's configuration folder (XDG Base Directory) and in /etc/garrison.
    static func find(named path: String?) throws(ConfigurationError) -> ConfigurationFile? {
        if let path = path ?? environment("GARRISON_CONFIG") { return try ConfigurationFile(path: path) }
        guard let found = places.first(where: { access($0, F_OK) == 0 }) else { return nil }
        try checkOwner(found)
        return try ConfigurationFile(path: found)
    }

    private static var places: [String] {
        let settings = environment("XDG_CONFIG_HOME") ?? "\(DataDirectory.home)/.config"
        return ["garrison.yaml", "\(settings)/garrison/garrison.yaml", "/etc/garrison/garrison.yaml"]
    }

    /// A file that nobody named is obeyed only where nobody else could have put it: whoever runs a
    /// command in a folder of another's does not mean to be steered by him.
    private static func checkOwner(_ path: String) throws(ConfigurationError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        if status.st_uid != geteuid(), status.st_uid != 0 {
            throw .foreign(path: path, reason: "it belongs to another user")
        }
        if status.st_mode & 0o022 != 0 { throw .foreign(path: path, reason: "other users may change it") }
    }

    init(path: String) throws(ConfigurationError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 20 else {
            throw .unreadable(path: path, reason: "it is no file of a sensible size")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "permission denied")
        }
        try self.init(path: path, text: String(decoding: data, as: UTF8.self))
    }

    private init(path: String, text: String) throws(ConfigurationError) {
        self.path = path
        let document: Node?
        do {
            document = try compose(yaml: text)
        } catch {
            throw .malformed(path: path, reason: Self.reason(error))
        }
        // A file of comments is an empty one.
        guard let document, document.scalar?.string.isEmpty != true else {
            entries = [:]
            return
        }
        guard let mapping = document.mapping else { throw .malformed(path: path, reason: "it is no mapping of keys") }
        var entries: [Setting: Entry] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard let name = key.scalar?.string, let setting = Setting(rawValue: name) else {
                throw .unknownKey(path: path, line: line, key: key.scalar?.string ?? "that is no text")
            }
            guard let text = value.scalar?.string, !text.isEmpty else {
                throw .notText(path: path, line: line, key: name)
            }
            entries[setting] = Entry(text: setting.isPath ? Self.absolute(text, beside: path) : text, line: line)
        }
        self.entries = entries
    }

    private static func absolute(_ text: String, beside file: String) -> String {
        guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
        return file[...slash] + text
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? YamlError else { return "it is no YAML" }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return "line \(mark.line): \(problem)"
        case .duplicatedKeysInMapping(let duplicates, let context):
            return "line \(context.mark.line): the key \(duplicates.first ?? "") is there twice"
        default: return "it is no YAML"
        }
    }
}
