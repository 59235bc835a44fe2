import Glibc

/// Clears up after a test process that crashes: a shell that waits for the end of a stream, whose other
/// end only this process holds, and then stops the server and removes its folder.
struct ServerWatch: Sendable {
    private let descriptor: Int32

    /// - Parameter folder: the data directory of the server.
    init(folder: String) throws {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw TestFailure("no socket: errno \(errno)") }
        defer { close(ends[0]) }
        descriptor = ends[1]
        let script = """
            read -r _
            pid=$(head -n 1 "$0/postgres/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && sleep 2
            rm -rf "$0"
            """
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Out of reach of a Ctrl-C, which ends the tests.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let arguments = ["/bin/sh", "-c", script, folder]
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { free(environment[0]) }
        var pid = pid_t()
        let status = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &words, &environment)
        guard status == 0 else { throw TestFailure("no /bin/sh: errno \(status)") }
    }

    /// Lets the shell go; by now there is nothing left for it to do.
    func end() { close(descriptor) }
}

/// Something that a test needs cannot be had.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
