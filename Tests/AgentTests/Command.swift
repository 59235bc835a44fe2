import Foundation
import TestSupport

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
        let ended = try Program.run(["/usr/bin/env"] + command, input: Data(input.utf8))
        guard ended.status == 0 else {
            throw Failure(command: command, status: ended.status, complaint: ended.complaints)
        }
        return ended.text
    }
}

extension String {
    var lines: [String] { split(separator: "\n").map(String.init) }
}
