import FoundationEssentials
import Glibc
import TestSupport

/// A machine for one test: a small Debian system of its own, which the agent runs in and apt installs into. It lies over one
/// that is made once and never written.
final class PatchRoot: Sendable {
    enum Kind: String, Sendable {
        case apt = "patch-root"
        case dnf = "patch-root-dnf"
    }

    static let canRun: Bool = {
        guard geteuid() == 0, ["dpkg-query", "python3"].allSatisfy({ access("/usr/bin/\($0)", X_OK) == 0 }) else {
            return false
        }
        return (try? Program.run(["/usr/bin/unshare", "--mount", "true"]).status) == 0
    }()

    static let canRunDnf =
        canRun && ["dnf", "rpmbuild", "createrepo_c"].allSatisfy { access("/usr/bin/\($0)", X_OK) == 0 }

    let folder: TestFolder
    let path: String
    private let mounts: [String]

    init(_ kind: Kind = .apt) async throws {
        let base = "\(Shell.checkout)/.build-artifacts/\(kind.rawValue)"
        try await Self.run(
            ["\(Shell.checkout)/scripts/make-patch-root"] + (kind == .dnf ? ["dnf"] : []) + [base])
        folder = try TestFolder()
        path = "\(folder.path)/root"
        for name in ["root", "upper", "work"] { mkdir("\(folder.path)/\(name)", 0o755) }
        try await Self.run([
            "/usr/bin/mount", "-t", "overlay", "overlay", "-o",
            "lowerdir=\(base),upperdir=\(folder.path)/upper,workdir=\(folder.path)/work", path,
        ])
        try await Self.run(["/usr/bin/mount", "-t", "proc", "proc", "\(path)/proc"])
        mounts = ["\(path)/proc", path]
        for (name, minor) in [("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)] {
            _ = try await Shell.run(["/usr/bin/mknod", "-m", "666", "\(path)/dev/\(name)", "c", "1", "\(minor)"])
        }
        try await copyAgent()
        try write("\(UUID().uuidString.lowercased().filter { $0 != "-" })\n", to: "etc/machine-id")
    }

    /// The agent, and the libraries that it is linked with here.
    private func copyAgent() async throws {
        let listing = try await Shell.run(["/usr/bin/ldd", Program.garrisonAgent]).output
        let libraries = listing.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first { $0.hasPrefix("/") }.map(String.init)
        }
        for library in libraries where access("\(path)\(library)", F_OK) != 0 {
            try await Self.run(["/usr/bin/install", "-D", library, "\(path)\(library)"])
        }
        try await Self.run(["/usr/bin/install", "-D", Program.garrisonAgent, "\(path)\(Self.agent)"])
    }

    static let agent = "/usr/local/bin/garrison-agent"

    /// What stands in front of a command that runs in it.
    var prefix: [String] { ["/usr/sbin/chroot", path] }

    @discardableResult
    func shell(_ script: String) async throws -> Shell.Outcome {
        try await Shell.run(
            prefix + [
                "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                "DEBIAN_FRONTEND=noninteractive", "/bin/sh", "-c", script,
            ])
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    /// What dpkg says: `ii 1.0`; nil where it knows nothing of the package.
    func dpkg(_ package: String) async throws -> String? {
        let outcome = try await shell("dpkg-query -W -f '${db:Status-Abbrev}${Version}' \(package) 2>/dev/null")
        return outcome.status == 0 && !outcome.output.isEmpty ? outcome.output : nil
    }

    /// A small file system in the place of one of its folders.
    func mountSmall(_ name: String, kibibytes: Int) async throws {
        try await Self.run([
            "/usr/bin/mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", "\(path)/\(name)",
        ])
    }

    /// Kills what runs in it: everything, or one program.
    func kill(_ program: String? = nil) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let pid = Int32(name),
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/root")) == path
            else { continue }
            let comm = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
            if program == nil || comm?.hasPrefix(program ?? "") == true { Glibc.kill(pid, SIGKILL) }
        }
    }

    func remove() async {
        try? kill()
        let inside = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        let mine = inside.split(separator: "\n").compactMap {
            $0.split(separator: " ").dropFirst().first.map(String.init)
        }
        .filter { $0 == path || $0.hasPrefix("\(path)/") }
        for place in mine.reversed() { _ = try? await Shell.run(["/usr/bin/umount", "-l", place]) }
        let left = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? path
        // Nothing is removed through a mount.
        if !left.contains(folder.path) { folder.remove() }
    }

    static func run(_ command: [String]) async throws {
        let outcome = try await Shell.run(command)
        guard outcome.status == 0 else {
            throw TestFailure("\(command.joined(separator: " ")): \(outcome.output)")
        }
    }
}
