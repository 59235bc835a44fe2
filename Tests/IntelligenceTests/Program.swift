import FoundationEssentials
import Glibc
import TestSupport

/// The `garrison` program as `make test` has built it, run as a child.
struct Program {
    /// What a run came to.
    struct Run {
        let exitCode: Int32
        let output: String
        let errors: String
        /// The most memory it had at one time: VmHWM of /proc/PID/status.
        let peakBytes: Int
    }

    private static let path =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
        + "/.build/release/garrison"

    let pid: pid_t
    private let folder: TestFolder

    /// Starts it with these arguments and nothing in its environment but a home folder.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        guard access(Self.path, X_OK) == 0 else {
            throw TestFailure("\(Self.path) is not there: swift build -c release --product garrison")
        }
        folder = try TestFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/errors", O_WRONLY | O_CREAT, 0o600)
        var words = ([Self.path] + arguments).map { strdup($0) } + [nil]
        let settings = environment.merging(["HOME": folder.path, "PATH": "/usr/bin:/bin"]) { given, _ in given }
        var variables = settings.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid = pid_t()
        let status = posix_spawn(&pid, Self.path, &actions, nil, &words, &variables)
        guard status == 0 else { throw TestFailure("\(Self.path) does not start: errno \(status)") }
        self.pid = pid
    }

    /// Runs it to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Run {
        try await Program(arguments, environment: environment).finish()
    }

    /// Ends it at once, without a chance to clear up.
    func kill() { _ = Glibc.kill(pid, SIGKILL) }

    func finish() async throws -> Run {
        var peak = 0
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            peak = max(peak, Self.peak(pid))
            try await Task.sleep(for: .milliseconds(10))
        }
        defer { folder.remove() }
        return Run(
            exitCode: status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F), output: text("output"),
            errors: text("errors"), peakBytes: peak)
    }

    private func text(_ name: String) -> String {
        let data = (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// `VmHWM:     12345 kB`
    private static func peak(_ pid: pid_t) -> Int {
        guard let file = fopen("/proc/\(pid)/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer {
                String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            }
            guard text.hasPrefix("VmHWM:") else { continue }
            return Int(text.split(whereSeparator: { !$0.isNumber }).first ?? "0").map { $0 * 1024 } ?? 0
        }
        return 0
    }
}
