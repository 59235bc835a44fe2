import Domain
import Glibc

/// Runs package tools. What one says goes into a file: an agent that is killed takes no pipe with it that the tool would
/// choke on, and the tool goes on to its end.
struct ToolProcess {
    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    static let environment = ["PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", "TERM": "dumb"]

    struct Outcome {
        /// 128 and the signal when one ended it.
        let status: Int32
        let output: String
        let isOverdue: Bool

        var isGood: Bool { status == 0 && !isOverdue }
    }

    /// POSIX_SPAWN_SETSID, which glibc has behind _GNU_SOURCE.
    private static let ownSession: Int16 = 0x80

    let log: PatchLog

    /// Where a program is; nil when it is not there.
    static func find(_ program: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// - Parameters:
    ///   - limit: after which it is ended.
    ///   - started: told its process, so that it can be waited for by another one.
    /// - Throws: `CancellationError` when the agent is to end; the tool goes on.
    func run(
        _ command: ToolCommand, limit: Duration, isolation: isolated (any Actor)? = #isolation,
        started: (pid_t) throws -> Void = { _ in }
    ) async throws -> Outcome {
        guard let program = Self.find(command.program) else {
            throw PatchFailure("\(command.program) is not installed")
        }
        let output = try log.begin(command)
        defer { close(output) }
        let pid = try spawn(program, command, output)
        try started(pid)
        let end = ContinuousClock.now + limit
        var pause = Duration.milliseconds(5)
        var isOverdue = false
        while true {
            var status: Int32 = 0
            let answer = waitpid(pid, &status, WNOHANG)
            if answer == pid || (answer < 0 && errno == ECHILD) {
                let signal = status & 0x7F
                return Outcome(
                    status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
                    output: log.end(output, isQuiet: command.isQuiet),
                    isOverdue: isOverdue)
            }
            if ContinuousClock.now > end {
                // The tool and what it has started.
                kill(-pid, isOverdue ? SIGKILL : SIGTERM)
                isOverdue = true
                try? await Task.sleep(for: .seconds(5))
            }
            log.keepSmall(output)
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    private func spawn(_ program: String, _ command: ToolCommand, _ output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The agent's threads block signals and it ignores some: what it starts would, too, and daemons could not be ended.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A session of its own: what ends the agent does not end it.
        posix_spawnattr_setflags(
            &attributes, Self.ownSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var words = [program] + command.arguments
        if let folder = command.folder { words = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder] + words }
        let settings = Self.environment.merging(command.environment) { $1 }
            .merging([ProcessMark.variable: log.job]) { $1 }.map { "\($0)=\($1)" }
        var arguments = words.map { strdup($0) } + [nil]
        var variables = settings.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid = pid_t()
        let status = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            throw PatchFailure("\(command.program) cannot be started: \(String(cString: strerror(status)))")
        }
        return pid
    }
}

/// Why a job does not go on, as a clause that follows a colon or stands before a full stop.
struct PatchFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
