import Foundation
import Glibc
import TestSupport

/// A program that a test runs: its output goes to a file, so that a full pipe never stops it.
final class Program: Sendable {
    private let process: Process
    private let outputPath: String
    private let name: String

    /// - Parameters:
    ///   - input: becomes its standard input.
    ///   - environment: added to the test's own.
    init(
        _ path: String, _ arguments: [String], in folder: TestFolder, input: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        name = ([path.split(separator: "/").last.map(String.init) ?? path] + arguments.prefix(2)).joined(separator: " ")
        outputPath = try folder.write("", to: "output-\(UUID().uuidString)")
        process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = try FileHandle(forWritingTo: URL(filePath: outputPath))
        process.standardOutput = output
        process.standardError = output
        if let input {
            process.standardInput = try FileHandle(
                forReadingFrom: URL(filePath: folder.write(input, to: "input-\(UUID().uuidString)")))
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
    }

    /// What it has printed so far, errors included.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    var isRunning: Bool { process.isRunning }

    /// Waits for its end and gives what it printed.
    func finish() async throws -> String {
        try await waitUntil("\(name) ends") { !process.isRunning }
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(name) failed with \(process.terminationStatus): \(output)")
        }
        return output
    }

    /// Asks it to end, and kills it when it does not.
    func stop() async {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGTERM)
        do {
            try await waitUntil("\(name) stops", seconds: 60) { !process.isRunning }
        } catch {
            kill(process.processIdentifier, SIGKILL)
        }
    }
}

/// Polls until something holds.
/// - Throws: `TestFailure` when it does not in time.
func waitUntil(_ what: String, seconds: Int = 120, _ holds: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    throw TestFailure("not within \(seconds) seconds: \(what)")
}

/// A port of the loopback interface that nobody listens on.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
        }
    }
    guard status == 0 else { throw TestFailure("no free port: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
}
