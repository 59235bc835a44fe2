import Foundation
import Objects
import TestSupport
import Testing

/// OpenStack Swift of Debian's packages: others' code on both sides of the protocol but ours.
@Suite(
    "A store of others that checks Amazon’s signatures", .blocking,
    .enabled(
        if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/swift-proxy-server"),
        "OpenStack Swift is not installed, or this is not root"))
struct SwiftStoreTests {
    private static let account = ["AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "swift-secret"]

    /// Starts it for `body`.
    private func withServer(_ body: (_ url: String) async throws -> Void) async throws {
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

    @Test("objects in one and in many parts, ranges, lists, signed addresses, sweeps; and no wrong signature passes")
    func everything() async throws {
        try await withServer { url in
            let store = try ObjectStoreFactory.open(
                url, environment: Self.account, settings: StoreUnderTest.settings)
            let probe = await StoreProbe.run(store)
            #expect(probe.defects.isEmpty)
            for size in [0, 1_000, 700_000] {
                let key = try ObjectKey("files/a b+ü \(size)")
                let written = try await store.put(stream(content(size)), at: key)
                let read = try await store.bytes(key)
                #expect(read == content(size))
                if size > 0 {
                    let part = try await store.get(key, from: 10, count: 20, version: written.version)
                    #expect(Array(try await part.content.collect(upTo: 99)) == Array(content(size)[10..<30]))
                }
            }
            let keys = try await store.keys("files/")
            #expect(keys == ["files/a b+ü 0", "files/a b+ü 1000", "files/a b+ü 700000"])
            let key = try ObjectKey("files/a b+ü 1000")
            let address = try await store.signedAddress(.get, of: key, seconds: 60).url
            #expect(try await status(address) == "200")
            #expect(try await status(address.replacing("Expires=60", with: "Expires=61")) == "403")
            await #expect(throws: ObjectError.self) {
                try await store.put(stream(content(1)), at: key, PutOptions(ifAbsent: true))
            }
            let stranger = try ObjectStoreFactory.open(
                url, environment: Self.account.merging(["AWS_SECRET_ACCESS_KEY": "other"]) { $1 })
            let error = await #expect(throws: ObjectError.self) { try await stranger.list() }
            #expect(error?.code == "object_store.unauthenticated")
            await stranger.close()
            let report = try await store.sweep("", before: Date(timeIntervalSinceNow: 3_600))
            #expect(report.removed == 3 && report.bytes == 701_000)
            await store.close()
        }
    }

    private func status(_ url: String) async throws -> String {
        try await Shell.run(["curl", "-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", url]).output
    }
}
