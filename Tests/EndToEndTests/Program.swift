import Foundation
import Glibc
import TestSupport

/// The program as it is delivered, run as a process of its own.
///
/// Not by Foundation's `Process`: that hears of a program's end by a socket which PostgreSQL, started by the
/// program and left behind when it is killed, would hold open.
actor Program {
    struct Ended: Sendable {
        /// The exit code, or 128 and the signal that ended it.
        let status: Int32
        let output: String
        let complaints: String
    }

    /// `.build/release/garrison`, or what `GARRISON` names.
    static let path = ProcessInfo.processInfo.environment["GARRISON"] ?? "\(root)/.build/release/garrison"
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    nonisolated let pid: pid_t
    private nonisolated let folder: TestFolder
    private var status: Int32?

    /// - Parameter environment: beside PATH and HOME, all that the program sees.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        folder = try TestFolder()
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        let variables = inherited.merging(environment) { $1 }.map { "\($0)=\($1)" }
        pid = try Self.spawn([Self.path] + arguments, variables, folder)
    }

    deinit { folder.remove() }

    var isRunning: Bool {
        if status == nil {
            var raw: Int32 = 0
            if waitpid(pid, &raw, WNOHANG) == pid {
                let signal = raw & 0x7F
                status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
            }
        }
        return status == nil
    }

    func signal(_ number: Int32) {
        if isRunning { kill(pid, number) }
    }

    /// Waits for its end; after five minutes it is killed.
    func end() async throws -> Ended {
        let deadline = ContinuousClock.now + .seconds(300)
        while isRunning {
            if ContinuousClock.now > deadline { signal(SIGKILL) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return Ended(status: status ?? 0, output: text("output"), complaints: complaints)
    }

    /// What it has written to standard error so far.
    nonisolated var complaints: String { text("complaints") }

    private nonisolated func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)) ?? ""
    }

    private static func spawn(_ arguments: [String], _ variables: [String], _ folder: TestFolder) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/complaints", flags, 0o600)
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment = variables.map { strdup($0) } + [nil]
        defer { for variable in environment { free(variable) } }
        var pid = pid_t()
        let status = posix_spawn(&pid, arguments[0], &actions, nil, &words, &environment)
        guard status == 0 else { throw TestFailure("\(arguments[0]) cannot be run: errno \(status)") }
        return pid
    }
}
