import Domain

/// How one package manager is told what to do, and what its words mean. Commands and readings only: who runs them is
/// `PatchRun`.
package protocol PackageTool: Sendable {
    var kind: PatchOrder.Tool { get }
    /// How it orders versions.
    var scheme: VersionScheme { get }
    /// The program that has to be there.
    var program: String { get }
    /// What it holds while it works.
    var locks: [ToolLock] { get }
    /// Whether a command ended before it did anything, because another program works.
    func isLocked(_ output: String) -> Bool
    /// Where it keeps what it downloads, and where it unpacks: both need space.
    var folders: [String] { get }

    /// Reads its repositories anew.
    var refresh: ToolCommand { get }
    /// Says what installing would do, and does nothing.
    func plan(_ targets: [ToolTarget]) -> ToolCommand
    /// Whether a plan was made.
    func isPlan(_ status: Int32, _ output: String) -> Bool
    /// What such a plan says.
    func changes(in output: String) -> [PlannedChange]
    /// Says how much is downloaded; nil where the plan says so, or nothing does.
    func sizes(_ targets: [ToolTarget]) -> ToolCommand?
    /// Bytes, from `sizes` or the plan; nil where it does not say.
    func downloadBytes(in output: String) -> Int64?
    func download(_ targets: [ToolTarget], bytesPerSecond: Int?) -> ToolCommand
    /// - Parameter targets: all that is to change, in exactly the planned versions (`pinned`).
    func install(_ targets: [ToolTarget]) -> ToolCommand
    /// What has to be named so that exactly what was planned is installed, whatever the repository has by then.
    func pinned(_ targets: [ToolTarget], _ changes: [PlannedChange]) -> [ToolTarget]
    /// Lists what is there because something else needs it, or what is not; naming a package makes it one that was asked for.
    var origins: ToolCommand? { get }
    /// Of some packages those that nobody asked for.
    func automatic(_ names: [String], in output: String) -> [String]
    func markAutomatic(_ names: [String]) -> ToolCommand?
    /// Fetches a package's file into a folder, to be kept for a rollback; nil where it cannot.
    func keep(_ name: String, _ architecture: String?, _ version: String, in folder: String) -> ToolCommand?
    /// Names that a package's file may have, in `caches` or where it is kept.
    func fileNames(_ name: String, _ architecture: String?, _ version: String) -> [String]
    var caches: [String] { get }
    /// Says what going back would do, and does nothing.
    func planRestore(_ targets: [ToolTarget], removing: [String]) -> ToolCommand
    /// Says what removing alone would do; nil where `planRestore` says it.
    func planRemoval(_ names: [String]) -> ToolCommand?
    func restore(_ targets: [ToolTarget], removing: [String]) -> [ToolCommand]
    /// Ends what was interrupted, as far as that can be.
    var repair: [ToolCommand] { get }
    /// Lists packages that are neither installed nor absent; nil where the tool knows no such state.
    var audit: ToolCommand? { get }
    /// Their names, each with its state.
    func unfinished(in output: String) -> [String: String]
}

/// What a tool is to install: a package of its repositories in exactly one version, or a file.
package struct ToolTarget: Sendable, Hashable {
    package var name: String
    package var architecture: String?
    /// Nil for the newest that there is.
    package var version: String?
    /// Absolute; nil for what a repository has.
    package var file: String?

    package init(_ name: String, _ architecture: String? = nil, _ version: String?, file: String? = nil) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.file = file
    }

    package init(_ package: PatchOrder.Package) { self.init(package.name, package.architecture, package.version) }
}

extension PackageTool {
    package func isPlan(_ status: Int32, _ output: String) -> Bool { status == 0 }
    package func sizes(_ targets: [ToolTarget]) -> ToolCommand? { nil }
    package func planRemoval(_ names: [String]) -> ToolCommand? { nil }
    package func pinned(_ targets: [ToolTarget], _ changes: [PlannedChange]) -> [ToolTarget] {
        // Files are what they are; what they need besides is planned once more before it is installed.
        if targets.contains(where: { $0.file != nil }) { return targets }
        return changes.filter { $0.new != nil }.map { ToolTarget($0.name, $0.architecture, $0.new) }
    }
    package var origins: ToolCommand? { nil }
    package func automatic(_ names: [String], in output: String) -> [String] { [] }
    package func markAutomatic(_ names: [String]) -> ToolCommand? { nil }
    package var repair: [ToolCommand] { [] }
    package var audit: ToolCommand? { nil }
    package func unfinished(in output: String) -> [String: String] { [:] }

    /// What a failed command says of why, as a clause; its last line where nothing looks like an error.
    package func complaint(in output: String) -> String {
        let lines = output.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
        let signs = ["dpkg: error", "E: ", "Problem: ", "Error: ", "error: ", "ERROR: "]
        let found = signs.lazy.compactMap { sign in lines.first { $0.hasPrefix(sign) } }.first ?? lines.last
        guard let found else { return "it said nothing" }
        let place = lines.firstIndex(of: found) ?? 0
        // dpkg says what it could not do, and on the next line why.
        let next = found.hasSuffix(":") && place + 1 < lines.count ? " \(lines[place + 1])" : ""
        return String((found + next).prefix(400))
    }
}

/// The package tools that there are.
package enum PackageTools {
    package static let all: [any PackageTool] = [AptTool(), DnfTool(), ApkTool()]
}
