import Foundation
import Testing

/// The object stores that tests speak to: Amazon's by moto, Google's by fake-gcs-server, Azure's by a stand-in, each
/// behind a check of its signatures. One process for all tests of this one.
package struct ObjectServers: Sendable, Decodable {
    package let s3: Int
    package let azure: Int
    package let google: Int
    package let bucket: String
    /// The file of a service account's key.
    package let googleKey: String
    package let azureAccount: String
    package let azureKey: String
    /// A shared access signature that may read and list only.
    package let azureToken: String

    package static let script = "\(Shell.checkout)/scripts/object-servers"

    /// Whether what they need is installed, or can be.
    package static var areInstalled: Bool {
        get async { await installation.value }
    }

    private static let installation = Task {
        do {
            let outcome = try await Shell.run([script, "--install"])
            if outcome.status != 0 { FileHandle.standardError.write(Data(outcome.output.utf8)) }
            return outcome.status == 0
        } catch {
            return false
        }
    }

    /// Those that run while a suite with `.objectServers` does.
    package static var current: ObjectServers {
        get async throws { try await SharedObjectServers.shared.servers() }
    }
}

/// Starts the servers for the first suite and stops them after the last one.
private actor SharedObjectServers {
    static let shared = SharedObjectServers()

    private struct Running {
        let program: Program
        let folder: TestFolder
        let servers: ObjectServers
    }

    private var users = 0
    private var running: Task<Running, any Error>?

    func whileRunning(_ body: @Sendable () async throws -> Void) async throws {
        users += 1
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        users -= 1
        if users == 0, let last = running {
            running = nil
            if let last = try? await last.value {
                await last.program.stop()
                last.folder.remove()
            }
        }
        try outcome.get()
    }

    func servers() async throws -> ObjectServers {
        let task = running ?? Task { try await Self.start() }
        running = task
        return try await task.value.servers
    }

    private static func start() async throws -> Running {
        let folder = try TestFolder()
        let program = try Program(["/bin/bash", ObjectServers.script, folder.path])
        let ports = URL(filePath: "\(folder.path)/ports.json")
        try await waitUntil("the object servers answer") {
            guard program.isRunning else { throw TestFailure("no object servers: \(program.complaints)") }
            return FileManager.default.fileExists(atPath: ports.path)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let servers = try decoder.decode(ObjectServers.self, from: try Data(contentsOf: ports))
        return Running(program: program, folder: folder, servers: servers)
    }
}

/// Gives a suite the servers, `ObjectServers.current`.
package struct ObjectServersTrait: SuiteTrait, TestScoping {
    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? self : nil }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await SharedObjectServers.shared.whileRunning(function)
    }
}

extension Trait where Self == ObjectServersTrait {
    package static var objectServers: Self { ObjectServersTrait() }
}
