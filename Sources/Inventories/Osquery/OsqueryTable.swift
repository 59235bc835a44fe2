/// osquery's tables that tell what is installed. https://osquery.io/schema
enum OsqueryTable: String, CaseIterable {
    case deb = "deb_packages"
    case rpm = "rpm_packages"
    case apps
    case programs
    case homebrew = "homebrew_packages"
    case python = "python_packages"
    case npm = "npm_packages"
    case extensions = "chrome_extensions"
    case signatures = "signature"
    case hotfixes = "patches"
    case system = "os_version"
    case computer = "system_info"
    case kernel = "kernel_info"

    /// The table of a scheduled query, whose name ends with that of its table: `pack/inventory/deb_packages`.
    init?(query name: String) {
        let words = name.lowercased()
        let fitting = Self.allCases.filter { words == $0.rawValue || Self.ends(words, with: $0.rawValue) }
        guard let table = fitting.max(by: { $0.rawValue.utf8.count < $1.rawValue.utf8.count }) else { return nil }
        self = table
    }

    /// The table with these columns, where no other has them.
    init?(columns: Set<String>) {
        guard let table = Self.allCases.first(where: { columns.isSuperset(of: $0.signs) }) else { return nil }
        self = table
    }

    private static func ends(_ text: String, with suffix: String) -> Bool {
        guard text.hasSuffix(suffix) else { return false }
        let before = text.dropLast(suffix.count).last
        return before.map { "/:._- ".contains($0) } ?? true
    }

    /// Columns that only this table has together.
    private var signs: Set<String> {
        switch self {
        case .deb: ["name", "version", "maintainer", "revision"]
        case .rpm: ["name", "version", "release", "arch"]
        case .apps: ["name", "bundle_identifier"]
        case .programs: ["name", "version", "identifying_number"]
        case .homebrew: ["name", "version", "path", "prefix"]
        case .python: ["name", "version", "summary", "author", "directory"]
        case .npm: ["name", "version", "homepage", "directory"]
        case .extensions: ["name", "version", "identifier", "profile"]
        case .signatures: ["path", "authority", "team_identifier"]
        case .hotfixes: ["hotfix_id"]
        case .system: ["name", "version", "platform", "build"]
        case .computer: ["hostname", "cpu_type", "uuid"]
        case .kernel: ["version", "arguments", "device"]
        }
    }
}
