import Domain

/// What decides on a Windows host: its product, its build, and its updates.
struct WindowsHost {
    /// What is judged: Windows itself, or a program that Microsoft's updates name.
    struct Subject {
        /// The name under which the index files it.
        let key: String
        let name: String
        let version: String
        let isSystem: Bool
    }

    let subjects: [Subject]
    let updates: InstalledUpdates
    /// The host's own build, or the newest that one of its updates makes.
    let build: WindowsBuild?

    /// Nil for a host that is no Windows.
    init?(_ target: ScanTarget, index: ScanIndex) {
        guard let system = target.packages.first(where: { $0.type == InstalledPackage.windowsType }) else { return nil }
        let own = WindowsBuild(system.version)
        let numbers = target.packages.lazy.filter { $0.type == InstalledPackage.updateType }
            .compactMap { UpdateDrafts.number($0.name) }
        updates = InstalledUpdates(Set(numbers), line: own, index: index)
        build = Self.newer(own, updates.build)
        var subjects = [
            Subject(
                key: Self.key(system.name), name: system.name, version: build?.text ?? system.version, isSystem: true)
        ]
        for package in target.packages where !package.isWindowsPart && Self.isProgram(package) {
            let name = Self.aliases[package.name.lowercased()] ?? package.name.lowercased()
            for key in [name, "\(name) on \(Self.key(system.name))"] {
                subjects.append(Subject(key: key, name: package.name, version: package.version, isSystem: false))
            }
        }
        self.subjects = subjects
    }

    /// Whether the host says how far it is updated: without, nothing can be missing.
    var isKnown: Bool { build?.revision != nil || !updates.listed.isEmpty }

    private static func newer(_ own: WindowsBuild?, _ other: WindowsBuild?) -> WindowsBuild? {
        guard let own, let other else { return own ?? other }
        if own.revision == nil { return other }
        return other.holds(own) == true ? other : own
    }

    private static func isProgram(_ package: InstalledPackage) -> Bool {
        package.type == "windows-program" || package.type == "application"
    }

    /// Names differ in the case of their words from one document to the next.
    static func key(_ name: String) -> String { PackageName.canonical(name, family: "windows") }

    /// What programs are called where they are installed, and what Microsoft's updates call them.
    private static let aliases = ["microsoft edge": "microsoft edge (chromium-based)"]
}
