import Foundation
import Glibc
import Testing

/// OpenStack Swift of Debian's packages behind its interface for S3: others' code on both sides of the protocol but ours.
package enum SwiftServer {
    package static let account = ["AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "swift-secret"]

    package static let lack: Comment = "OpenStack Swift is not installed, or this is not root"

    package static var canRun: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/swift-proxy-server")
    }

    /// Starts it for `body`.
    package static func whileRunning(_ body: (_ url: String) async throws -> Void) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let script = "\(Shell.checkout)/Tests/ObjectsTests/Fixtures/servers/swift_s3.py"
        let program = try Program(["/usr/bin/python3", script, folder.path])
        let outcome: Result<Void, any Error>
        do {
            let file = "\(folder.path)/port"
            try await waitUntil("Swift answers", seconds: 240) {
                guard program.isRunning else { throw TestFailure("no Swift: \(program.complaints)") }
                return FileManager.default.fileExists(atPath: file)
            }
            let port = try String(contentsOfFile: file, encoding: .utf8)
            outcome = .success(
                try await body("s3://test/p?endpoint=http://127.0.0.1:\(port)&conditional_put=false"))
        } catch {
            outcome = .failure(error)
        }
        await program.stop()
        try outcome.get()
    }
}
