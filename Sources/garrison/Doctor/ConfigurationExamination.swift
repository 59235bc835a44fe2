import Glibc

/// Which settings are in force, and who said them.
struct ConfigurationExamination: Examination {
    let configuration: Configuration

    func checks() -> [Check] {
        let said = Setting.allCases.compactMap { setting -> String? in
            guard let value = configuration.value(setting), value.origin != .standard else { return nil }
            return "\(setting.rawValue) by \(value.origin)"
        }
        let sentence = said.isEmpty ? "configuration: all defaults" : "configuration: \(said.joined(separator: "; "))"
        return [.ok("configuration", sentence)] + exposure
    }

    /// A database's URL may hold a password.
    private var exposure: [Check] {
        guard let file = configuration.file, let url = file.entries[.databaseURL]?.text, Self.holdsPassword(url) else {
            return []
        }
        var status = stat()
        guard stat(file.path, &status) == 0, status.st_mode & 0o044 != 0 else { return [] }
        return [
            .warning(
                "configuration.exposed", "\(file.path) holds a password, and other users may read it",
                "chmod 600 \(file.path)")
        ]
    }

    private static func holdsPassword(_ url: String) -> Bool {
        if url.contains("password=") { return true }
        guard let scheme = url.range(of: "://"), let at = url.lastIndex(of: "@") else { return false }
        return scheme.upperBound < at && url[scheme.upperBound..<at].contains(":")
    }
}
