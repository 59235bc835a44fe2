import Glibc
import Intelligence

/// Which settings are in force, and who said them.
struct ConfigurationExamination: Examination {
    let configuration: Configuration

    func checks() -> [Check] {
        let said = Setting.allCases.compactMap { setting -> String? in
            guard let value = configuration.value(setting), value.origin != .standard else { return nil }
            return "\(setting.rawValue) by \(value.origin)"
        }
        let sentence = said.isEmpty ? "configuration: all defaults" : "configuration: \(said.joined(separator: "; "))"
        return [.ok("configuration", sentence)] + exposure + [intelligence]
    }

    private var intelligence: Check {
        do {
            let settings = try DownloadSettings(environment: configuration.intelligenceEnvironment)
            let names = settings.sources.map(\.rawValue).joined(separator: ", ")
            let nvd =
                settings.nvd.isUsed ? "; NVD by its API, \(settings.nvd.key == nil ? "without" : "with") a key" : ""
            let mirror = settings.mirror.map { " from \($0)" } ?? ""
            return .ok("configuration.intelligence", "intelligence is fetched\(mirror) of \(names)\(nvd)")
        } catch {
            return .problem("configuration.intelligence", error.message, "Correct it, or leave it away.")
        }
    }

    /// A database's URL may hold a password.
    private var exposure: [Check] {
        guard let file = configuration.file else { return [] }
        let holdsSecret = Setting.allCases.contains { $0.isSecret && file.entries[$0] != nil }
        guard holdsSecret || file.entries[.databaseURL].map({ Self.holdsPassword($0.text) }) ?? false else { return [] }
        var status = stat()
        guard stat(file.path, &status) == 0, status.st_mode & 0o044 != 0 else { return [] }
        return [
            .warning(
                "configuration.exposed", "\(file.path) holds a password or a key, and other users may read it",
                "chmod 600 \(file.path)")
        ]
    }

    private static func holdsPassword(_ url: String) -> Bool {
        if url.contains("password=") { return true }
        guard let scheme = url.range(of: "://"), let at = url.lastIndex(of: "@") else { return false }
        return scheme.upperBound < at && url[scheme.upperBound..<at].contains(":")
    }
}
