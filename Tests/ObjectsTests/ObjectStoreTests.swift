import Crypto
import Foundation
import NIOCore
import Objects
import TestSupport
import Testing

private func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
}

@Suite(
    "Every store does the same", .objectServers, .blocking,
    .enabled("the servers for tests can be had") { await ObjectServers.areInstalled })
struct ObjectStoreTests {
    @Test(
        "what is written is what is read, whatever its size",
        arguments: StoreUnderTest.allCases, [0, 1, StoreUnderTest.partSize, StoreUnderTest.partSize + 1, 900_000])
    func roundTrip(_ product: StoreUnderTest, size: Int) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("patches/one.msi")
            let bytes = content(size)
            let written = try await store.put(stream(bytes), at: key)
            #expect(written.size == Int64(size))
            #expect(try await store.bytes(key) == bytes)
            let known = try #require(try await store.head(key))
            #expect(known.size == Int64(size) && known.version == written.version)
            #expect(abs(known.modified.timeIntervalSinceNow) < 120)
            // Kept where it was known in time.
            if size <= StoreUnderTest.partSize || store.abilities.keepsDigestOfStreams {
                #expect(known.sha256 == sha256(bytes))
            }
        }
    }

    @Test("a digest that is said beforehand is kept", arguments: StoreUnderTest.allCases)
    func digest(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("log")
            let bytes = content(700_000)
            try await store.put(stream(bytes), at: key, PutOptions(sha256: sha256(bytes)))
            #expect(try await store.head(key)?.sha256 == sha256(bytes))
        }
    }

    @Test(
        "content that is not what it should be, or whose source fails, is not written, and what was there stays",
        arguments: StoreUnderTest.allCases, [1_000, 900_000])
    func refusedContent(_ product: StoreUnderTest, size: Int) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("a/b")
            let before = content(10)
            try await store.put(stream(before), at: key)
            await #expect(throws: ObjectError.self) {
                try await store.put(stream(content(size)), at: key, PutOptions(sha256: sha256(before)))
            }
            await #expect(throws: SourceFailure.self) {
                try await store.put(stream(content(size), pieces: 999, failingAfter: size / 2), at: key)
            }
            #expect(try await store.bytes(key) == before)
            #expect(try await store.keys() == ["a/b"])
            #expect(try await store.discardUnfinishedUploads(before: .distantFuture) == 0)
        }
    }

    @Test("a part of an object can be read, of one version only", arguments: StoreUnderTest.allCases)
    func ranges(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("x")
            let bytes = content(5_000)
            let old = try await store.put(stream(bytes), at: key)
            for (from, count) in [(0, 10), (100, 1), (4_990, 100), (4_999, nil), (0, 5_000)] as [(Int64, Int64?)] {
                let read = try await store.get(key, from: from, count: count, version: old.version)
                let end = min(5_000, Int(from) + Int(count ?? 5_000))
                #expect(Array(try await read.content.collect(upTo: 5_000)) == Array(bytes[Int(from)..<end]))
                #expect(read.object.size == 5_000 && read.object.version == old.version)
            }
            await #expect(throws: ObjectError.outside(key: "x")) {
                try await store.get(key, from: 5_000, count: nil, version: nil)
            }
            try await store.put(stream(content(5_000, seed: 2)), at: key)
            await #expect(throws: ObjectError.changed(key: "x")) {
                try await store.get(key, from: 10, count: nil, version: old.version)
            }
        }
    }

    @Test("what is not there cannot be read, and is removed already", arguments: StoreUnderTest.allCases)
    func missing(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("no/such")
            #expect(try await store.head(key) == nil)
            await #expect(throws: ObjectError.notFound(key: "no/such")) { try await store.get(key) }
            try await store.delete(key)
            #expect(try await store.keys().isEmpty)
        }
    }

    @Test(
        "keys with any characters come back as they were, in the order of their bytes",
        arguments: StoreUnderTest.allCases)
    func keys(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let names = ["a b", "a%20b", "a+b&c=d?e#f", "a-", "a/b/c", "a/b-c", "ä/é😀", "z~'()*!;:@$,[]<>\"|^`{}"]
            for name in names.shuffled() { try await store.put(stream(Array(name.utf8)), at: try ObjectKey(name)) }
            #expect(try await store.keys() == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            for name in names { #expect(try await store.bytes(try ObjectKey(name)) == Array(name.utf8)) }
            #expect(try await store.keys("a/") == ["a/b-c", "a/b/c"])
            #expect(try await store.keys("a/b/") == ["a/b/c"])
        }
    }

    @Test("a list comes in pages, each key once", arguments: StoreUnderTest.allCases)
    func pages(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let names = (0..<11).map { "logs/\($0 % 3)/\(10 + $0)" }
            for name in names { try await store.put(stream(content(3)), at: try ObjectKey(name)) }
            var found: [String] = []
            var page: String?
            var count = 0
            repeat {
                let next = try await store.list("logs/", after: page, limit: 4)
                #expect(next.objects.count <= 4 && next.objects.allSatisfy { $0.size == 3 })
                found += next.objects.map(\.key.text)
                page = next.next
                count += 1
            } while page != nil
            #expect(found == names.sorted() && count == 3)
        }
    }

    @Test("a conditional write keeps what is there", arguments: StoreUnderTest.allCases, [100, 600_000])
    func ifAbsent(_ product: StoreUnderTest, size: Int) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("once")
            let first = content(size)
            try await store.put(stream(first), at: key, PutOptions(ifAbsent: true))
            await #expect(throws: ObjectError.exists(key: "once")) {
                try await store.put(stream(content(size, seed: 7)), at: key, PutOptions(ifAbsent: true))
            }
            #expect(try await store.bytes(key) == first)
            #expect(try await store.discardUnfinishedUploads(before: .distantFuture) == 0)
        }
    }

    @Test("one version can be removed, and a newer one stays", arguments: StoreUnderTest.allCases)
    func removeVersion(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("k")
            let old = try await store.put(stream(content(5)), at: key)
            let new = try await store.put(stream(content(6)), at: key)
            guard store.abilities.removesByVersion else {
                await #expect(throws: ObjectError.self) { try await store.delete(key, version: old.version) }
                return
            }
            await #expect(throws: ObjectError.changed(key: "k")) { try await store.delete(key, version: old.version) }
            try await store.delete(key, version: new.version)
            #expect(try await store.head(key) == nil)
        }
    }

    @Test("a sweep removes what is older than a moment, under its prefix", arguments: StoreUnderTest.allCases)
    func sweep(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            for name in ["logs/1", "logs/2", "keep/3"] {
                try await store.put(stream(content(9)), at: try ObjectKey(name))
            }
            let past = Date(timeIntervalSinceNow: -3_600)
            #expect(try await store.sweep("logs/", before: past) == SweepReport())
            #expect(try await store.keys().count == 3)
            let report = try await store.sweep("logs/", before: Date(timeIntervalSinceNow: 60))
            #expect(report.removed == 2 && report.bytes == 18)
            #expect(try await store.keys() == ["keep/3"])
        }
    }

    @Test("a doctor's probe finds nothing wrong and leaves nothing behind", arguments: StoreUnderTest.allCases)
    func probe(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let probe = await StoreProbe.run(store)
            #expect(probe.defects.isEmpty && probe.warning == nil)
            #expect(probe.steps.map(\.action) == [.write, .read, .list, .delete])
            let left = try await store.keys()
            #expect(left.isEmpty)
        }
    }
}
