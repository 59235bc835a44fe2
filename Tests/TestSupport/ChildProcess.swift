import FoundationEssentials
import Glibc

/// Programs run by the tests, found by their process id.
enum ChildProcess {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Starts a program; standard output and error go to `log` when given. `input` becomes its standard
    /// input.
    static func start(_ arguments: [String], log: String? = nil, input: Int32? = nil) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let log {
            posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let status = posix_spawnp(&child, arguments[0], &actions, nil, &pointers, environ)
        guard status == 0 else { throw Failure(description: "cannot start \(arguments[0]): errno \(status)") }
        return child
    }

    /// Waits for a child, and gives its exit code, or 128 and the signal that ended it.
    @discardableResult
    static func wait(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return code(status)
    }

    /// Nil while the child runs.
    static func check(_ child: pid_t) -> Int32? {
        var status: Int32 = 0
        return waitpid(child, &status, WNOHANG) == 0 ? nil : code(status)
    }

    /// Runs a program to its end; throws with the log's content when it fails.
    static func run(_ arguments: [String], log: String) throws {
        let code = wait(try start(arguments, log: log))
        guard code == 0 else {
            let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Failure(description: "\(arguments.joined(separator: " ")) ended with \(code):\n\(words)")
        }
    }

    private static func code(_ status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
