import FoundationEssentials
import Glibc
import Synchronization

/// A program that we started, and whose end we hear of: a thread of its own waits for it, so that no
/// zombie stays.
final class ChildProcess: Sendable {
    let pid: pid_t
    private let state = Mutex(State())

    private struct State {
        var code: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    /// Starts a program with `/` as its folder and a process group of its own, which a Ctrl-C at the
    /// terminal does not reach.
    /// - Parameters:
    ///   - log: standard output and error are appended there.
    ///   - input: becomes its standard input.
    ///   - descriptors: stay open in the program under the numbers given.
    init(
        _ arguments: [String], log: String, input: String? = nil, descriptors: [(from: Int32, to: Int32)] = []
    ) throws(ClusterError) {
        pid = try Self.spawn(arguments, log: log, input: input, descriptors: descriptors)
        try startWaiter()
    }

    /// Nil while it runs; else its exit code, or 128 and the signal that ended it.
    var exitCode: Int32? { state.withLock(\.code) }

    /// Waits for its end without holding a thread.
    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let code = state.withLock { state in
                if state.code == nil { state.waiting.append(continuation) }
                return state.code
            }
            if let code { continuation.resume(returning: code) }
        }
    }

    func signal(_ number: Int32) {
        // Under the lock: after the reaping the number may be somebody else's.
        state.withLock { state in
            if state.code == nil { _ = kill(pid, number) }
        }
    }

    private func startWaiter() throws(ClusterError) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument {
                    Unmanaged<ChildProcess>.fromOpaque(argument).takeRetainedValue().reap()
                }
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            kill(pid, SIGKILL)
            throw .cannotStart(program: "a thread", reason: systemReason(status))
        }
        pthread_detach(thread)
    }

    private func reap() {
        // Waits without reaping, so that the number stays ours until the lock is held.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let (code, waiting) = state.withLock { state in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
            state.code = code
            defer { state.waiting = [] }
            return (code, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: code) }
    }
}

extension ChildProcess {
    private static func spawn(
        _ arguments: [String], log: String, input: String?, descriptors: [(from: Int32, to: Int32)]
    ) throws(ClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o640)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (from, to) in descriptors { posix_spawn_file_actions_adddup2(&actions, from, to) }
        // What else is open here would outlive this process in the program: a listening socket keeps its port.
        let kept = Set(descriptors.map(\.to))
        for descriptor in 3...highestDescriptor() where !kept.contains(descriptor) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))

        // The shell leaves our folder, which the account may not be allowed to enter, and becomes the program.
        let words = ["/bin/sh", "-c", "cd / && umask 077 && exec \"$@\"", "sh"] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var environment = environmentOfServer.map { strdup($0) } + [nil]
        defer { for pointer in environment { free(pointer) } }
        var pid = pid_t()
        let status = posix_spawn(&pid, words[0], &actions, &attributes, &pointers, &environment)
        guard status == 0 else {
            throw .cannotStart(program: arguments.first ?? "", reason: systemReason(status))
        }
        return pid
    }

    /// The highest number in use, and some that other threads may open meanwhile.
    private static func highestDescriptor() -> Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let highest = names.compactMap { Int32($0) }.max() ?? 1024
        return min(highest + 64, Int32(clamping: sysconf(Int32(_SC_OPEN_MAX))) - 1)
    }

    /// PG* variables of the user would lead PostgreSQL's programs elsewhere.
    private static let environmentOfServer = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC",
    ]

    /// What a program that ends at once prints; nil when it fails.
    static func output(of arguments: [String]) -> String? {
        let words = arguments.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        guard let stream = popen("\(words) 2>/dev/null", "r") else { return nil }
        var text: [UInt8] = []
        while case let byte = fgetc(stream), byte != EOF { text.append(UInt8(truncatingIfNeeded: byte)) }
        return pclose(stream) == 0 ? String(decoding: text, as: UTF8.self) : nil
    }
}
