import Domain
import FoundationEssentials

/// dnf, with rpm below it.
package struct DnfTool: PackageTool {
    package init() {}

    package let kind = PatchOrder.Tool.dnf
    package let scheme = VersionScheme.rpm
    package let program = "dnf"
    package let locks: [ToolLock] = [
        .record("/var/lib/rpm/.rpm.lock"), .record("/usr/lib/sysimage/rpm/.rpm.lock"),
        .number("/var/lib/dnf/rpmdb_lock.pid"), .number("/var/cache/dnf/metadata_lock.pid"),
        .number("/var/cache/dnf/download_lock.pid"),
    ]
    package let folders = ["/var/cache/dnf", "/usr", "/var/lib/rpm"]
    package let caches: [String] = []

    private static func dnf(_ options: [String], _ words: [String]) -> ToolCommand {
        ToolCommand("dnf", ["-y", "--color=never", "--setopt=install_weak_deps=False"] + options + words)
    }

    package var refresh: ToolCommand { ToolCommand("dnf", ["-y", "--color=never", "--refresh", "makecache"]) }

    package func plan(_ targets: [ToolTarget]) -> ToolCommand {
        // What is there and is named without a version counts as installed; it is brought up to date by another word.
        let isOpen = targets.contains { $0.version == nil && $0.file == nil }
        var command = Self.dnf(["--assumeno"], [isOpen ? "upgrade" : "install"] + targets.map(word))
        command.arguments.removeFirst()
        return command
    }

    /// It was told not to go on.
    package func isPlan(_ status: Int32, _ output: String) -> Bool {
        status == 0 || output.contains("Operation aborted")
    }

    package func download(_ targets: [ToolTarget], bytesPerSecond: Int?) -> ToolCommand {
        let limits = bytesPerSecond.map { ["--setopt=throttle=\($0)", "--setopt=max_parallel_downloads=1"] } ?? []
        return Self.dnf(["--downloadonly"] + limits, ["install"] + targets.map(word))
    }

    /// It does not wait: what another program changes meanwhile would be taken for this job's work.
    package func install(_ targets: [ToolTarget]) -> ToolCommand {
        Self.dnf(["--setopt=exit_on_lock=True"], ["install"] + targets.map(word))
    }

    /// What is there keeps its reason when it is named; what comes is taken for something that was asked for.
    package func markAutomatic(_ names: [String]) -> ToolCommand? {
        ToolCommand("dnf", ["-y", "--color=never", "mark", "remove"] + names)
    }

    package func isLocked(_ output: String) -> Bool { output.contains("already locked by ") }

    package func keep(
        _ name: String, _ architecture: String?, _ version: String, in folder: String
    ) -> ToolCommand? {
        Self.dnf(["--destdir=\(folder)"], ["download", word(ToolTarget(name, architecture, version))])
    }

    /// The epoch is no part of a file's name.
    package func fileNames(_ name: String, _ architecture: String?, _ version: String) -> [String] {
        let bare = version.split(separator: ":").last.map(String.init) ?? version
        return [architecture, "noarch"].compactMap { $0 }.map { "\(name)-\(bare).\($0).rpm" }
    }

    package func planRestore(_ targets: [ToolTarget], removing: [String]) -> ToolCommand {
        guard !targets.isEmpty else { return removal(removing) }
        var command = Self.dnf(["--assumeno"], ["downgrade"] + targets.map(word))
        command.arguments.removeFirst()
        return command
    }

    /// A downgrade's plan does not tell what removing would take along.
    package func planRemoval(_ names: [String]) -> ToolCommand? { removal(names) }

    private func removal(_ names: [String]) -> ToolCommand {
        var command = Self.dnf(["--assumeno", "--noautoremove"], ["remove"] + names)
        command.arguments.removeFirst()
        return command
    }

    package func restore(_ targets: [ToolTarget], removing: [String]) -> [ToolCommand] {
        var commands: [ToolCommand] = []
        if !targets.isEmpty { commands.append(Self.dnf([], ["downgrade"] + targets.map(word))) }
        if !removing.isEmpty { commands.append(Self.dnf(["--noautoremove"], ["remove"] + removing)) }
        return commands
    }

    private func word(_ target: ToolTarget) -> String {
        if let file = target.file { return file }
        return target.name + (target.version.map { "-\($0)" } ?? "") + (target.architecture.map { ".\($0)" } ?? "")
    }

    /// The table of a transaction: ` openssl-libs   x86_64   1:3.0.7-24.el9   baseos   1.8 M`, under headings. A long name
    /// has a line of its own.
    package func changes(in output: String) -> [PlannedChange] {
        var (heading, carried): (Heading?, String?) = (nil, nil)
        var changes: [PlannedChange] = []
        for line in output.split(separator: "\n") {
            guard line.hasPrefix(" ") else {
                heading = Heading.all.first { line.hasPrefix($0.words) }
                carried = nil
                continue
            }
            guard let heading else { continue }
            var fields = line.split(separator: " ").map(String.init)
            if fields.count == 1 {
                carried = fields[0]
                continue
            }
            if let name = carried, fields.count < 6 { fields.insert(name, at: 0) }
            carried = nil
            if fields[0] == "replacing", fields.count >= 3, let dot = fields[1].lastIndex(of: ".") {
                // What takes another's place removes it.
                let architecture = String(fields[1][fields[1].index(after: dot)...])
                changes.append(PlannedChange(String(fields[1][..<dot]), architecture, old: fields[2], new: nil))
                continue
            }
            guard fields.count >= 4 else { continue }
            changes.append(
                PlannedChange(
                    fields[0], fields[1], old: heading.removes ? fields[2] : nil,
                    new: heading.removes ? nil : fields[2]))
        }
        return changes
    }

    private struct Heading {
        let words: String
        let removes: Bool

        static let all = [
            Heading(words: "Upgrading:", removes: false), Heading(words: "Installing", removes: false),
            Heading(words: "Reinstalling:", removes: false), Heading(words: "Downgrading:", removes: false),
            Heading(words: "Removing", removes: true),
        ]
    }

    /// `Total download size: 4.2 M`
    package func downloadBytes(in output: String) -> Int64? {
        for line in output.split(separator: "\n") where line.hasPrefix("Total download size: ") {
            let words = line.split(separator: " ").suffix(2).map(String.init)
            guard let number = Double(words[0]) else { return nil }
            let units: [String: Double] = ["k": 1024, "M": 1_048_576, "G": 1_073_741_824]
            return Int64(number * (units[words[1]] ?? 1))
        }
        return nil
    }
}
