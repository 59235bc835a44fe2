import Glibc

/// PostgreSQL's own programs, the baselines.
struct PostgresTools {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let url: String
    let directory: String

    func psql(_ command: String) throws {
        _ = try run(["\(directory)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command])
    }

    func initializePgbench(scale: Int) throws {
        _ = try run(["\(directory)/pgbench", "-i", "-q", "-s", "\(scale)", url])
    }

    /// Transactions a second of pgbench's select-only script with 8 connections.
    func pgbenchReads(seconds: Int) throws -> Double {
        let output = try run([
            "\(directory)/pgbench", "-n", "-S", "-M", "prepared", "-c", "8", "-j", "2", "-T", "\(seconds)", url,
        ])
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(line.dropFirst(6).prefix { $0 != " " })
        else { throw Failure(description: "pgbench printed no rate: \(output)") }
        return rate
    }

    /// Standard output of a program; throws unless it succeeds.
    private func run(_ arguments: [String]) throws -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        defer { close(ends[0]) }
        let child = try spawn(arguments, output: ends[1])
        close(ends[1])
        let output = readAll(ends[0])
        var status: Int32 = 0
        waitpid(child, &status, 0)
        guard status == 0 else { throw Failure(description: "\(arguments[0]) failed: \(output)") }
        return output
    }

    private func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let status = posix_spawn(&child, arguments[0], &actions, nil, &pointers, environ)
        guard status == 0 else { throw Failure(description: "cannot start \(arguments[0]): errno \(status)") }
        return child
    }

    private func readAll(_ descriptor: Int32) -> String {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { return String(decoding: content, as: UTF8.self) }
            content.append(contentsOf: buffer[0..<count])
        }
    }
}
