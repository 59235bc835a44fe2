import Domain

/// Debian's apt-get and dpkg.
package struct AptTool: PackageTool {
    package init() {}

    package let kind = PatchOrder.Tool.apt
    package let scheme = VersionScheme.deb
    package let program = "apt-get"
    package let locks: [ToolLock] = [
        .record("/var/lib/dpkg/lock-frontend"), .record("/var/lib/dpkg/lock"), .record("/var/lib/apt/lists/lock"),
        .record("/var/cache/apt/archives/lock"),
    ]
    package let folders = ["/var/cache/apt/archives", "/usr", "/var/lib/dpkg"]
    package let caches = ["/var/cache/apt/archives"]

    /// Nobody is there to be asked; files that an administrator has changed stay as they are.
    private static let silence = [
        "DEBIAN_FRONTEND": "noninteractive", "DEBIAN_PRIORITY": "critical", "APT_LISTCHANGES_FRONTEND": "none",
        "UCF_FORCE_CONFFOLD": "1", "NEEDRESTART_MODE": "l",
    ]
    private static let conffiles = ["--force-confdef", "--force-confold"]

    /// Another program may take the lock between the look at it and this.
    private static func get(_ options: [String], _ words: [String], wait: Int = 600) -> ToolCommand {
        ToolCommand(
            "apt-get",
            // Without a terminal of dpkg's own: it would be in another session, which ending apt does not end.
            ["-q", "-o", "DPkg::Lock::Timeout=\(wait)", "-o", "Dpkg::Use-Pty=0"]
                + conffiles.flatMap { ["-o", "Dpkg::Options::=\($0)"] } + options
                + words, environment: silence)
    }

    package var refresh: ToolCommand { Self.get(["-o", "Acquire::Retries=2"], ["update"]) }

    package func plan(_ targets: [ToolTarget]) -> ToolCommand {
        Self.get(["-s", "--no-remove", "--no-install-recommends"], ["install"] + targets.map(word))
    }

    package func sizes(_ targets: [ToolTarget]) -> ToolCommand? {
        Self.get(
            ["-y", "--print-uris", "--no-remove", "--no-install-recommends"], ["install"] + targets.map(word))
    }

    package func download(_ targets: [ToolTarget], bytesPerSecond: Int?) -> ToolCommand {
        // apt counts in KiB.
        let limit = bytesPerSecond.map { max(1, $0 / 1024) }
        let limits = limit.map {
            ["-o", "Acquire::http::Dl-Limit=\($0)", "-o", "Acquire::https::Dl-Limit=\($0)"]
        }
        return Self.get(
            ["-y", "--download-only", "--no-remove", "--no-install-recommends", "-o", "Acquire::Retries=3"]
                + (limits ?? []), ["install"] + targets.map(word))
    }

    package func install(_ targets: [ToolTarget]) -> ToolCommand {
        // It does not wait: what another program changes meanwhile would be taken for this job's work.
        Self.get(
            ["-y", "--no-remove", "--no-install-recommends"] + Self.access(targets), ["install"] + targets.map(word),
            wait: 0)
    }

    package func isLocked(_ output: String) -> Bool {
        output.contains("Could not get lock") || output.contains("Unable to acquire the dpkg frontend lock")
    }

    package var origins: ToolCommand? {
        var command = ToolCommand("apt-mark", ["showauto"])
        command.isQuiet = true
        return command
    }

    package func automatic(_ names: [String], in output: String) -> [String] {
        let automatic = Set(output.split(whereSeparator: \.isNewline).map { String($0.prefix { $0 != ":" }) })
        return names.filter(automatic.contains)
    }

    package func markAutomatic(_ names: [String]) -> ToolCommand? { ToolCommand("apt-mark", ["auto"] + names) }

    /// The agent's folder is closed to apt's own user; what it is given from there was checked before.
    private static func access(_ targets: [ToolTarget]) -> [String] {
        targets.contains { $0.file != nil } ? ["-o", "APT::Sandbox::User=root"] : []
    }

    package func keep(
        _ name: String, _ architecture: String?, _ version: String, in folder: String
    ) -> ToolCommand? {
        // As above; what is fetched is signed all the same.
        var command = Self.get(
            ["-o", "APT::Sandbox::User=root"], ["download", word(ToolTarget(name, architecture, version))])
        command.folder = folder
        return command
    }

    package func fileNames(_ name: String, _ architecture: String?, _ version: String) -> [String] {
        let escaped = version.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "%3a")
        return [architecture, "all"].compactMap { $0 }.map { "\(name)_\(escaped)_\($0).deb" }
    }

    package func planRestore(_ targets: [ToolTarget], removing: [String]) -> ToolCommand {
        Self.get(["-s"] + Self.back, ["install"] + targets.map(word) + removing.map { "\($0)-" })
    }

    package func restore(_ targets: [ToolTarget], removing: [String]) -> [ToolCommand] {
        [
            Self.get(
                ["-y"] + (removing.isEmpty ? ["--no-remove"] : []) + Self.back + Self.access(targets),
                ["install"] + targets.map(word) + removing.map { "\($0)-" })
        ]
    }

    private static let back = ["--allow-downgrades", "--reinstall", "--no-install-recommends"]

    package var repair: [ToolCommand] {
        [ToolCommand("dpkg", ["--configure", "-a"] + Self.conffiles, environment: Self.silence)]
    }

    package var audit: ToolCommand? {
        var command = ToolCommand(
            "dpkg-query", ["-W", "-f", "${db:Status-Abbrev}\t${Package}\t${db:Status-Status}\n"])
        command.isQuiet = true
        return command
    }

    package func unfinished(in output: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let state = fields[0].dropFirst().first, !"inc".contains(state) else { continue }
            found[String(fields[1])] = String(fields[2])
        }
        return found
    }

    private func word(_ target: ToolTarget) -> String {
        if let file = target.file { return file }
        let architecture = target.architecture.map { $0 == "all" ? "" : ":\($0)" } ?? ""
        return "\(target.name)\(architecture)\(target.version.map { "=\($0)" } ?? "")"
    }

    /// `Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian-Security:12/stable-security [amd64]) []`, `Remv foo [1.0]`
    package func changes(in output: String) -> [PlannedChange] {
        output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "Inst" || words[0] == "Remv" else { return nil }
            let name = words[1].split(separator: ":")[0]
            let old = words[2].hasPrefix("[") ? String(words[2].dropFirst().prefix { $0 != "]" }) : nil
            if words[0] == "Remv" { return PlannedChange(String(name), old: old, new: nil) }
            guard let place = words.firstIndex(where: { $0.hasPrefix("(") }) else { return nil }
            let architecture = words[place...].first { $0.hasPrefix("[") && $0.hasSuffix("])") }
                .map { String($0.dropFirst().dropLast(2)) }
            return PlannedChange(
                String(name), architecture, old: old, new: String(words[place].dropFirst().prefix { $0 != ")" }))
        }
    }

    /// `'http://…/x.deb' x_1_amd64.deb 1234 SHA256:…`
    package func downloadBytes(in output: String) -> Int64? {
        output.split(separator: "\n").filter { $0.hasPrefix("'") }.reduce(Int64(0)) { sum, line in
            let words = line.split(separator: " ")
            return sum + (words.count > 2 ? Int64(words[2]) ?? 0 : 0)
        }
    }
}
