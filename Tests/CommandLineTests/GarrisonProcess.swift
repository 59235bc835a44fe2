import Foundation
import TestSupport

/// One run of the real program.
struct GarrisonProcess {
    let status: Int32
    let output: String
    let complaints: String

    /// Runs `garrison` with nothing of the caller's environment but the path of programs.
    /// - Parameters:
    ///   - prefix: a command that runs it, such as `setpriv …`.
    ///   - folder: the current folder and the home.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", prefix: [String] = [],
        folder: String = "/"
    ) throws -> GarrisonProcess {
        try run(
            command: prefix + [Program.garrison] + arguments, environment: environment, input: input, folder: folder)
    }

    /// Runs it against the test's own database.
    static func onDatabase(_ arguments: String..., input: String = "") throws -> GarrisonProcess {
        try run(arguments, environment: ["DATABASE_URL": TestDatabase.current.url], input: input)
    }

    /// Runs a script of bash, in which `$GARRISON` is the program.
    static func shell(_ script: String, environment: [String: String] = [:]) throws -> GarrisonProcess {
        try run(command: ["bash", "-c", script], environment: environment, input: "", folder: "/")
    }

    /// Standard output as JSON.
    func json<Value>(as type: Value.Type = Value.self) throws -> Value {
        guard let value = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? Value else {
            throw TestFailure("this is no \(Value.self): \(output) \(complaints)")
        }
        return value
    }

    private static func run(
        command: [String], environment: [String: String], input: String, folder: String
    ) throws -> GarrisonProcess {
        // A program that hangs ends the test, not the tests.
        let ended = try Program.run(
            ["/usr/bin/env", "--chdir=\(folder)", "timeout", "--kill-after=5", "120"] + command,
            environment: ["HOME": folder, "GARRISON": Program.garrison].merging(environment) { $1 },
            input: Data(input.utf8))
        return GarrisonProcess(status: ended.status, output: ended.text, complaints: ended.complaints)
    }
}

extension TestFolder {
    /// A file as text.
    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    }
}

extension String {
    var lines: [String] { split(separator: "\n").map(String.init) }
}
