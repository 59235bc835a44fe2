import Foundation
import Synchronization

/// The program as it is delivered, run as a process of its own.
final class Program: Sendable {
    struct Ended: Sendable {
        let status: Int32
        let output: String
        let complaints: String
    }

    /// `.build/release/garrison`, or what `GARRISON` names.
    static let path = ProcessInfo.processInfo.environment["GARRISON"] ?? "\(root)/.build/release/garrison"
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private let process: Mutex<Process>
    private let files: URL
    let pid: pid_t

    /// - Parameter environment: beside PATH and HOME, all that the program sees.
    init(_ arguments: [String], environment: [String: String] = [:], input: URL? = nil) throws {
        files = FileManager.default.temporaryDirectory.appendingPathComponent("garrison-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardOutput = try Self.file(files.appendingPathComponent("output"))
        process.standardError = try Self.file(files.appendingPathComponent("complaints"))
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
    }

    deinit { try? FileManager.default.removeItem(at: files) }

    /// Runs it to its end.
    static func run(_ arguments: String..., environment: [String: String] = [:], input: URL? = nil) async throws
        -> Ended
    {
        try await Program(arguments, environment: environment, input: input).end()
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end; after five minutes it is killed.
    func end() async throws -> Ended {
        let deadline = ContinuousClock.now + .seconds(300)
        while isRunning {
            if ContinuousClock.now > deadline { signal(SIGKILL) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return Ended(
            status: process.withLock { $0.terminationStatus }, output: try text("output"),
            complaints: try text("complaints"))
    }

    /// What it has written to standard error so far.
    var complaints: String { (try? text("complaints")) ?? "" }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: files.appendingPathComponent(name)), as: UTF8.self)
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}
