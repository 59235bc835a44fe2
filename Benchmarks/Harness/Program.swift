import Foundation

/// Another program that is measured or prepares something: pgbench, psql, wrk.
struct Program: Sendable {
    let path: String
    let arguments: [String]
    var environment: [String: String] = [:]

    init(_ path: String, _ arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// Runs it to its end, or terminates it when the task is cancelled. Gives standard output.
    /// Throws `.programFailed` with everything it said when its exit code is not 0.
    @discardableResult
    func run() async throws -> String {
        // Files, not pipes: a full pipe would stop a program whose output nobody reads.
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "output")
        let errors = folder.appending(path: "errors")
        let status = try await run(output: try Self.file(output), errors: try Self.file(errors))
        let text = try String(decoding: Data(contentsOf: output), as: UTF8.self)
        guard status == 0 else {
            let complaint = try String(decoding: Data(contentsOf: errors), as: UTF8.self)
            throw BenchError.programFailed(path, output: text + complaint)
        }
        return text
    }

    private func run(output: FileHandle, errors: FileHandle) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = errors
        let (ends, end) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try Self.start(process)
        let pid = process.processIdentifier
        return await withTaskCancellationHandler {
            for await status in ends { return status }
            // The stream ends early only when this task was cancelled.
            process.waitUntilExit()
            return -1
        } onCancel: {
            kill(pid, SIGTERM)
        }
    }

    /// A child inherits the signal mask of the thread that starts it, and ours block everything: pgbench
    /// would never see the alarm that ends its run.
    static func start(_ process: Process) throws {
        var none = sigset_t()
        var usual = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &usual)
        defer { pthread_sigmask(SIG_SETMASK, &usual, nil) }
        try process.run()
    }

    private static func file(_ url: URL) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        return try FileHandle(forWritingTo: url)
    }
}
