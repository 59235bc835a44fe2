import Cluster
import FoundationEssentials

/// The PostgreSQL that the private cluster needs.
struct ServerProgramExamination: Examination {
    let configuration: Configuration

    func checks() -> [Check] {
        if let url = configuration.value(.databaseURL) {
            return [.ok("postgresql.programs", "private PostgreSQL: not used, \(url.origin) names another")]
        }
        do {
            let chosen = try Installation.choose(data: dataVersion)
            return [.ok("postgresql.programs", "PostgreSQL \(chosen.version): \(chosen.binaries)")]
        } catch {
            return [.problem("postgresql.programs", Self.finding(error), Self.advice(error))]
        }
    }

    /// Nil when there is no database yet, or this user may not look.
    private var dataVersion: Int? {
        let path = "\(configuration.dataDirectory)/postgres/PG_VERSION"
        return FileManager.default.contents(atPath: path).flatMap {
            Int(String(decoding: $0, as: UTF8.self).prefix { $0.isNumber })
        }
    }

    private static func finding(_ error: ClusterError) -> String {
        switch error {
        case .notInstalled: "PostgreSQL is not installed"
        case .tooOld(let version): "PostgreSQL \(version) is installed; 15 or newer is needed"
        case .versionMismatch(let data, let installed):
            "the data is of PostgreSQL \(data); installed is \(installed.map(String.init).joined(separator: ", "))"
        default: error.message
        }
    }

    private static func advice(_ error: ClusterError) -> String? {
        switch error {
        case .notInstalled, .tooOld: "apt-get install postgresql, or set DATABASE_URL to a server elsewhere"
        case .versionMismatch(let data, _): "apt-get install postgresql-\(data), or convert the data with pg_upgrade"
        default: nil
        }
    }
}
