import Foundation

/// Programs of the test machine, whose answers the collector's are compared with.
enum Command {
    struct Failure: Error {
        let command: [String]
        let status: Int32
        let complaint: String
    }

    /// Runs a program and returns what it prints.
    /// - Throws: `Failure` when it ends with another status than 0.
    static func output(_ command: String..., input: String = "") throws -> String {
        try output(command, input: input)
    }

    static func output(_ command: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let stdout = Pipe()
        let stdin = Pipe()
        // A file takes any amount of complaints without anybody reading them meanwhile.
        let complaints = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: complaints)
        defer { try? FileManager.default.removeItem(at: complaints) }
        process.standardOutput = stdout
        process.standardInput = stdin
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                command: command, status: process.terminationStatus,
                complaint: String(decoding: try Data(contentsOf: complaints), as: UTF8.self))
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension String {
    var lines: [String] { split(separator: "\n").map(String.init) }
}
