import Agent
import FoundationEssentials

/// Files of an examined system, put where the collector looks for them.
enum DatabaseTargets {
    static let all: [FuzzTarget] = [
        file("dpkg-database", .text, "var/lib/dpkg/status"), file("apk-database", .text, "lib/apk/db/installed"),
        file("rpm-sqlite", .binary, "usr/lib/sysimage/rpm/rpmdb.sqlite"),
        file("rpm-ndb", .binary, "usr/lib/sysimage/rpm/Packages.db"),
        file("rpm-bdb", .binary, "var/lib/rpm/Packages"), file("os-release", .text, "etc/os-release"),
        file("sshd-config", .text, "etc/ssh/sshd_config"),
    ]

    private static func file(_ name: String, _ grammar: Mutator.Grammar, _ path: String) -> FuzzTarget {
        FuzzTarget(name, grammar) { input in
            let root = ScratchFolder.path
            let file = "\(root)/\(path)"
            let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            guard (try? FileBytes.write(input, to: file)) != nil else { return }
            _ = try? HostCollector(root: root).collect()
        }
    }
}
