import Foundation
import Glibc
import Synchronization

/// A program that a test runs, as a process of its own. What it reads and writes are files, so that no full pipe ever
/// stops it.
///
/// Not by Foundation's `Process`: that hears of a program's end by a socket which PostgreSQL, started by the program
/// and left behind when it is killed, would hold open.
package final class Program: Sendable {
    /// What a run came to.
    package struct Ended: Sendable {
        /// The exit code, or 128 and the signal that ended it.
        package let status: Int32
        package let output: Data
        package let complaints: String
        /// The most memory it had at one time, where its end was waited for by `end()`: VmHWM of /proc/PID/status.
        package let peakBytes: Int

        /// Standard output as text.
        package var text: String { String(decoding: output, as: UTF8.self) }
        package var lines: [String] { text.split(separator: "\n").map(String.init) }

        /// Standard output as JSON.
        package func json() throws -> Any { try JSONSerialization.jsonObject(with: output) }
    }

    /// `.build/release/garrison`, or what `GARRISON_BINARY` names.
    package static let garrison =
        ProcessInfo.processInfo.environment["GARRISON_BINARY"] ?? "\(Shell.checkout)/.build/release/garrison"

    /// The agent as a program of its own, beside `garrison`.
    package static let garrisonAgent = "\(garrison)-agent"

    package let pid: pid_t
    private let name: String
    private let folder: TestFolder
    private let status = Mutex<Int32?>(nil)
    private let peak = Mutex(0)

    /// Starts `garrison`.
    package convenience init(
        garrison arguments: [String], environment: [String: String] = [:], input: Data = Data()
    ) throws {
        guard access(Self.garrison, X_OK) == 0 else {
            throw TestFailure("\(Self.garrison) is not there: swift build -c release --product garrison")
        }
        try self.init([Self.garrison] + arguments, environment: environment, input: input)
    }

    /// - Parameters:
    ///   - command: a path and its arguments.
    ///   - environment: all that it sees besides a path of programs, a language, and a home folder of its own.
    ///   - input: becomes its standard input.
    package init(_ command: [String], environment: [String: String] = [:], input: Data = Data()) throws {
        name = ([command[0].split(separator: "/").last.map(String.init) ?? ""] + command.dropFirst().prefix(2))
            .joined(separator: " ")
        folder = try TestFolder()
        try input.write(to: URL(filePath: "\(folder.path)/input"))
        let variables = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
            "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
        ].merging(environment) { $1 }
        pid = try Self.spawn(command, variables.map { "\($0)=\($1)" }, folder)
    }

    deinit { folder.remove() }

    /// Runs it to its end.
    package static func run(
        _ command: [String], environment: [String: String] = [:], input: Data = Data()
    ) throws -> Ended {
        try Program(command, environment: environment, input: input).wait()
    }

    /// Runs `garrison` to its end.
    package static func run(
        garrison arguments: [String], environment: [String: String] = [:], input: Data = Data()
    ) throws -> Ended {
        try Program(garrison: arguments, environment: environment, input: input).wait()
    }

    package var isRunning: Bool {
        status.withLock { status in
            if status == nil { status = Self.reap(pid, WNOHANG) }
            return status == nil
        }
    }

    /// What it has written so far.
    package var output: String { String(decoding: bytes("output"), as: UTF8.self) }
    package var complaints: String { String(decoding: bytes("complaints"), as: UTF8.self) }

    package func signal(_ number: Int32) {
        if isRunning { kill(pid, number) }
    }

    /// The most memory it had at one time, while it runs.
    package var peakBytes: Int { Self.peak(pid) }

    /// Asks it to end, and kills it when it does not.
    package func stop() async {
        signal(SIGTERM)
        do {
            try await waitUntil("\(name) stops", seconds: 60) { !isRunning }
        } catch {
            signal(SIGKILL)
        }
    }

    /// Waits for its end; after five minutes it is killed.
    package func end() async throws -> Ended {
        let deadline = ContinuousClock.now + .seconds(300)
        while isRunning {
            let now = Self.peak(pid)
            peak.withLock { $0 = max($0, now) }
            if ContinuousClock.now > deadline { signal(SIGKILL) }
            try await Task.sleep(for: .milliseconds(10))
        }
        return ended
    }

    /// Waits for its end on this thread.
    package func wait() -> Ended {
        status.withLock { status in
            if status == nil { status = Self.reap(pid, 0) }
        }
        return ended
    }

    private var ended: Ended {
        Ended(
            status: status.withLock { $0 } ?? 0, output: bytes("output"), complaints: complaints,
            peakBytes: peak.withLock { $0 })
    }

    private func bytes(_ name: String) -> Data {
        (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))) ?? Data()
    }

    /// Nil while it runs.
    private static func reap(_ pid: pid_t, _ options: Int32) -> Int32? {
        var raw: Int32 = 0
        while true {
            let answer = waitpid(pid, &raw, options)
            if answer == 0 { return nil }
            if answer == pid { return raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + raw & 0x7F }
            if errno != EINTR { return 0 }
        }
    }

    private static func spawn(_ command: [String], _ variables: [String], _ folder: TestFolder) throws -> pid_t {
        let flags = O_WRONLY | O_CREAT | O_APPEND
        return try CleanProcess.spawn(command, environment: variables) { actions in
            posix_spawn_file_actions_addopen(&actions, 0, "\(folder.path)/input", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", flags, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/complaints", flags, 0o600)
        }
    }

    /// `VmHWM:     12345 kB`
    private static func peak(_ pid: pid_t) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return 0 }
        return Int(line.filter(\.isNumber)).map { $0 * 1024 } ?? 0
    }
}

/// Polls until something holds.
/// - Throws: `TestFailure` when it does not in time.
package func waitUntil(
    _ what: String, seconds: Int = 300, _ holds: () async throws -> Bool
) async throws {
    // A busy machine takes its time; whoever waits for what does happen loses nothing by waiting longer.
    let patience = max(seconds, 300)
    let end = ContinuousClock.now + .seconds(patience)
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw TestFailure("not within \(patience) seconds: \(what)")
}
