import Foundation
import Objects
import TestSupport
import Testing

@Suite(
    "A store of others that checks Amazon’s signatures", .blocking, .enabled(if: SwiftServer.canRun, SwiftServer.lack))
struct SwiftStoreTests {
    @Test("objects in one and in many parts, ranges, lists, signed addresses, sweeps; and no wrong signature passes")
    func everything() async throws {
        try await SwiftServer.whileRunning { url in
            let store = try ObjectStoreFactory.open(
                url, environment: SwiftServer.account, settings: StoreUnderTest.settings)
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
                url, environment: SwiftServer.account.merging(["AWS_SECRET_ACCESS_KEY": "other"]) { $1 })
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
