import Domain

/// Alpine's apk. Its repositories have one version of a package, the newest: what is installed is upgraded to it, and refused
/// beforehand when that is not the one that was ordered. Asking for a version by name would pin it for ever.
package struct ApkTool: PackageTool {
    package init() {}

    package let kind = PatchOrder.Tool.apk
    package let scheme = VersionScheme.apk
    package let program = "apk"
    package let locks: [ToolLock] = [.file("/lib/apk/db/lock"), .file("/usr/lib/apk/db/lock")]
    package let folders = ["/var/cache/apk", "/usr", "/lib/apk/db"]
    package let caches = ["/var/cache/apk", "/etc/apk/cache"]

    private static func apk(_ words: [String], wait: Int = 600) -> ToolCommand {
        ToolCommand(
            "apk", ["--no-progress", "--no-interactive"] + (wait > 0 ? ["--wait", "\(wait)"] : []) + words)
    }

    package var refresh: ToolCommand { Self.apk(["update"]) }

    package func plan(_ targets: [ToolTarget]) -> ToolCommand { Self.apk(["--simulate"] + words(targets)) }
    /// It does not wait: what another program changes meanwhile would be taken for this job's work.
    package func install(_ targets: [ToolTarget]) -> ToolCommand { Self.apk(words(targets), wait: 0) }

    package func isLocked(_ output: String) -> Bool { output.contains("Unable to lock database") }

    /// To name a version would pin it; that it is the planned one is looked at right before, and read back behind.
    package func pinned(_ targets: [ToolTarget], _ changes: [PlannedChange]) -> [ToolTarget] { targets }

    /// apk cannot be told to be slow.
    package func download(_ targets: [ToolTarget], bytesPerSecond: Int?) -> ToolCommand {
        Self.apk(["fetch", "--recursive", "--output", "/var/cache/apk"] + targets.map(\.name))
    }

    package func keep(
        _ name: String, _ architecture: String?, _ version: String, in folder: String
    ) -> ToolCommand? {
        Self.apk(["fetch", "--output", folder, name])
    }

    package func fileNames(_ name: String, _ architecture: String?, _ version: String) -> [String] {
        ["\(name)-\(version).apk"]
    }

    package func planRestore(_ targets: [ToolTarget], removing: [String]) -> ToolCommand {
        Self.apk(["--simulate", "add"] + targets.map(word))
    }

    package func restore(_ targets: [ToolTarget], removing: [String]) -> [ToolCommand] {
        (targets.isEmpty ? [] : [Self.apk(["add"] + targets.map(word))])
            + (removing.isEmpty ? [] : [Self.apk(["del"] + removing)])
    }

    package var repair: [ToolCommand] { [Self.apk(["fix"])] }

    /// A package that is broken, whichever it is, makes each of apk's runs end badly: of a plan its words count.
    package func isPlan(_ status: Int32, _ output: String) -> Bool {
        status == 0 || (output.contains(" error") && output.contains(" MiB in ") && !output.contains("ERROR:"))
    }

    /// apk counts a package whose script failed as installed, and marks it in its database.
    package var audit: ToolCommand? {
        var command = ToolCommand(
            "grep", ["-hsE", "^(P|f):", "/lib/apk/db/installed", "/usr/lib/apk/db/installed"])
        command.isQuiet = true
        return command
    }

    package func unfinished(in output: String) -> [String: String] {
        var (name, found): (String, [String: String]) = ("", [:])
        for line in output.split(separator: "\n") {
            if line.hasPrefix("P:") {
                name = String(line.dropFirst(2))
            } else if line.hasPrefix("f:") {
                found[name] = line.contains("s") ? "there, and its script failed" : "there in part"
            }
        }
        return found
    }

    private func words(_ targets: [ToolTarget]) -> [String] {
        let files = targets.compactMap(\.file)
        return files.isEmpty ? ["upgrade"] + targets.map(\.name) : ["add"] + files
    }

    private func word(_ target: ToolTarget) -> String {
        target.file ?? (target.name + (target.version.map { "=\($0)" } ?? ""))
    }

    /// `(1/2) Upgrading busybox (1.36.1-r4 -> 1.36.1-r5)`, `(2/2) Installing ssl_client (1.36.1-r5)`
    package func changes(in output: String) -> [PlannedChange] {
        output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 4, words[0].hasPrefix("("), words[0].hasSuffix(")") else { return nil }
            let versions = words[3...].map { $0.filter { $0 != "(" && $0 != ")" } }
            switch words[1] {
            case "Upgrading", "Downgrading", "Replacing":
                return versions.count == 3 ? PlannedChange(words[2], old: versions[0], new: versions[2]) : nil
            case "Installing": return PlannedChange(words[2], old: nil, new: versions[0])
            case "Purging": return PlannedChange(words[2], old: versions[0], new: nil)
            default: return nil
            }
        }
    }

    package func downloadBytes(in output: String) -> Int64? { nil }
}
