import FoundationEssentials
import Glibc

/// A program that begins with nothing of the tests' process but what it is given: hundreds of tests have files and sockets open
/// at one time, and PostgreSQL does not start with as many; some of Dispatch's threads have signals blocked.
enum CleanProcess {
    /// - Parameters:
    ///   - command: a path, or a name that is looked for, and its arguments.
    ///   - environment: `NAME=value`.
    ///   - files: opens what it reads and writes.
    static func spawn(
        _ command: [String], environment: [String], files: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        files(&actions)
        for descriptor in 3...highestDescriptor() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid = pid_t()
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &words, &variables)
        guard status == 0 else { throw TestFailure("\(command[0]) cannot be run: errno \(status)") }
        return pid
    }

    /// The highest number in use, and some that other threads may open meanwhile.
    private static func highestDescriptor() -> Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return min(
            (names.compactMap { Int32($0) }.max() ?? 1024) + 64, Int32(clamping: sysconf(Int32(_SC_OPEN_MAX))) - 1)
    }
}
