import Dispatch
import FoundationEssentials
import Glibc

/// Programs that a test runs to their end.
package enum Shell {
    package struct Outcome: Sendable {
        package let status: Int32
        /// Standard output and error, as they came.
        package let output: String
    }

    /// Runs a program without a shell's interpretation of its arguments. Not by system(3): while that waits, this
    /// process ignores SIGINT, and so does each program that another test starts meanwhile.
    package static func run(_ arguments: [String]) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try finish(arguments) }) }
        }
    }

    private static func finish(_ arguments: [String]) throws -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestFailure("no pipe: errno \(errno)") }
        defer { close(ends[0]) }
        let pid: pid_t
        do {
            defer { close(ends[1]) }
            let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
            pid = try CleanProcess.spawn(arguments, environment: variables) { actions in
                for number in [1, 2] { posix_spawn_file_actions_adddup2(&actions, ends[1], Int32(number)) }
            }
        }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            if count > 0 { output += buffer[..<count] } else if count == 0 || errno != EINTR { break }
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        return Outcome(status: code, output: String(decoding: output, as: UTF8.self))
    }

    /// The checkout's folder, which holds `scripts` and `database`.
    package static let checkout = String(#filePath.dropLast("/Tests/TestSupport/Shell.swift".count))
}
