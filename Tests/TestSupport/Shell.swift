import Dispatch
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
        let words = arguments.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try finish("exec \(words) 2>&1") }) }
        }
    }

    private static func finish(_ command: String) throws -> Outcome {
        guard let stream = popen(command, "r") else { throw TestFailure("no shell: errno \(errno)") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { output += buffer[..<count] }
        let status = pclose(stream)
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        return Outcome(status: code, output: String(decoding: output, as: UTF8.self))
    }

    /// The checkout's folder, which holds `scripts` and `database`.
    package static let checkout = String(#filePath.dropLast("/Tests/TestSupport/Shell.swift".count))
}
