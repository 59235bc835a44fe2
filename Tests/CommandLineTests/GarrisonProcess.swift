import Foundation
import TestSupport

/// One run of the real program.
struct GarrisonProcess {
    let status: Int32
    let output: String
    let complaints: String

    /// `GARRISON_BINARY`, or what `swift build -c release` made.
    static let binary =
        ProcessInfo.processInfo.environment["GARRISON_BINARY"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/release/garrison").path

    /// Runs `garrison` with nothing of the caller's environment but the path of programs.
    /// - Parameters:
    ///   - prefix: a command that runs it, such as `setpriv …`.
    ///   - folder: the current folder and the home.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", prefix: [String] = [],
        folder: String = "/"
    ) throws -> GarrisonProcess {
        try run(command: prefix + [binary] + arguments, environment: environment, input: input, folder: folder)
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
        let scratch = try TestFolder()
        defer { scratch.remove() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A program that hangs ends the test, not the tests.
        process.arguments = ["timeout", "--kill-after=5", "120"] + command
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8",
            "GARRISON": binary,
        ].merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        // Files take any amount in any order; pipes want to be read at once.
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.write(input, to: "in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.write("", to: "out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.write("", to: "err")))
        try process.run()
        process.waitUntilExit()
        return GarrisonProcess(
            status: process.terminationStatus, output: try scratch.read("out"), complaints: try scratch.read("err"))
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
