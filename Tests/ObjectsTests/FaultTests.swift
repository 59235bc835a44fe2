import Foundation
import NIOCore
import Objects
import Synchronization
import TestSupport
import Testing

@Suite(
    "Connections break, servers are busy, and bytes are spoiled", .objectServers, .blocking,
    .enabled("the servers for tests can be had") { await ObjectServers.areInstalled })
struct FaultTests {
    private static let size = 1_500_000

    /// Runs `body` with a store behind a proxy.
    /// - Parameter fault: of the connection with this ordinal.
    private func behindProxy(
        _ product: StoreUnderTest, changes: [String: String] = [:],
        fault: @escaping @Sendable (Int) -> FaultProxy.Fault,
        _ body: (any ObjectStore, FaultProxy) async throws -> Void
    ) async throws {
        let proxy = try FaultProxy(to: product.port(try await ObjectServers.current), fault: fault)
        try await product.withStore(port: proxy.port, changes: changes) { try await body($0, proxy) }
        proxy.stop()
    }

    @Test("an upload whose connections are cut half-way comes through whole", arguments: StoreUnderTest.remote)
    func cutUpload(_ product: StoreUnderTest) async throws {
        try await behindProxy(product) {
            $0 < 5 ? .cutUpload(after: 150_000) : .none
        } _: { store, proxy in
            let key = try ObjectKey("big")
            let bytes = content(Self.size)
            try await store.put(stream(bytes), at: key)
            #expect(try await store.bytes(key) == bytes)
            #expect(proxy.traffic.connections > 5)
        }
    }

    @Test(
        "an upload whose answers are lost is done once", arguments: StoreUnderTest.remote, [1_000, Self.size])
    func lostAnswers(_ product: StoreUnderTest, size: Int) async throws {
        let isLosing = Atomic(true)
        // Every other connection: each request that changes something is repeated after it was done.
        try await behindProxy(product) { ordinal in
            isLosing.load(ordering: .relaxed) && ordinal.isMultiple(of: 2) ? .loseAnswer : .none
        } _: { store, _ in
            let key = try ObjectKey("once")
            let bytes = content(size)
            try await store.put(stream(bytes), at: key, PutOptions(ifAbsent: true))
            isLosing.store(false, ordering: .relaxed)
            #expect(try await store.bytes(key) == bytes)
            #expect(try await store.keys() == ["once"])
        }
    }

    @Test("a download whose connections are cut goes on where it was", arguments: StoreUnderTest.remote)
    func cutDownload(_ product: StoreUnderTest) async throws {
        let isCutting = Atomic(false)
        try await behindProxy(product) { _ in
            isCutting.load(ordering: .relaxed) ? .cutDownload(after: 400_000) : .none
        } _: { store, proxy in
            let key = try ObjectKey("big")
            let bytes = content(Self.size)
            try await store.put(stream(bytes), at: key)
            await store.close()
            isCutting.store(true, ordering: .relaxed)
            try await product.reopened(store, proxy) { store in
                let before = proxy.traffic
                let read = try await store.bytes(key)
                #expect(read == bytes)
                #expect(proxy.traffic.connections - before.connections >= 4)
                // No connection carries all of it, so what had come was not fetched again: but for what a client that is
                // behind had not looked at when its connection ended.
                #expect(proxy.traffic.down - before.down < 2 * Self.size)
            }
        }
    }

    @Test("an object that is replaced while it is read is not mixed with the new one", arguments: StoreUnderTest.remote)
    func replaced(_ product: StoreUnderTest) async throws {
        try await product.withStore { direct in
            let key = try ObjectKey("page")
            try await direct.put(stream(content(Self.size)), at: key)
            let proxy = try FaultProxy(to: product.port(try await ObjectServers.current)) { _ in
                .cutDownload(after: 400_000)
            }
            try await product.reopened(direct, proxy) { store in
                let download = try await store.get(key)
                try await direct.put(stream(content(Self.size, seed: 9)), at: key)
                await #expect(throws: ObjectError.changed(key: "page")) {
                    for try await _ in download.content {}
                }
            }
            proxy.stop()
        }
    }

    @Test("a busy server is asked again, as late as it says", arguments: StoreUnderTest.remote)
    func busy(_ product: StoreUnderTest) async throws {
        let body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        let answers: [FaultProxy.Fault] = [
            .answer(status: 503, body: body), .answer(status: 500), .answer(status: 429, headers: ["Retry-After: 0"]),
        ]
        try await behindProxy(product) {
            $0 < 3 ? answers[$0] : .none
        } _: { store, proxy in
            let key = try ObjectKey("k")
            let bytes = content(2_000)
            try await store.put(stream(bytes), at: key)
            #expect(try await store.bytes(key) == bytes)
            #expect(proxy.traffic.connections >= 4)
        }
        try await behindProxy(product) { _ in
            .answer(status: 503, body: body)
        } _: { store, proxy in
            let error = await #expect(throws: ObjectError.self) {
                try await store.put(stream(content(10)), at: try ObjectKey("k"))
            }
            #expect(error?.code == "object_store.busy")
            #expect(proxy.traffic.connections == StoreUnderTest.settings.attempts)
        }
    }

    @Test(
        "a byte that is spoiled on its way up is noticed by the server and sent again",
        arguments: [StoreUnderTest.s3, .azure])
    func spoiledUpload(_ product: StoreUnderTest) async throws {
        try await behindProxy(product) {
            $0 == 0 ? .spoilUpload(at: 100_000) : .none
        } _: { store, _ in
            let key = try ObjectKey("k")
            let bytes = content(200_000)
            try await store.put(stream(bytes), at: key)
            #expect(try await store.bytes(key) == bytes)
        }
    }

    @Test("a byte that is spoiled on its way down is noticed", arguments: StoreUnderTest.remote)
    func spoiledDownload(_ product: StoreUnderTest) async throws {
        try await product.withStore { direct in
            let key = try ObjectKey("k")
            try await direct.put(stream(content(200_000)), at: key)
            let proxy = try FaultProxy(to: product.port(try await ObjectServers.current)) { _ in
                .spoilDownload(at: 100_000)
            }
            try await product.reopened(direct, proxy) { store in
                let error = await #expect(throws: ObjectError.self) { try await store.bytes(key) }
                #expect(error?.code == "object.corrupt")
            }
            proxy.stop()
        }
    }

    @Test("an upload holds a few parts in memory, however slow the store is", arguments: StoreUnderTest.remote)
    func memory(_ product: StoreUnderTest) async throws {
        let proxy = try FaultProxy(to: product.port(try await ObjectServers.current)) { _ in
            .slowUpload(seconds: 0.002)
        }
        let produced = Atomic(0)
        let most = Atomic(0)
        let piece = ByteBuffer(bytes: content(32_768))
        let pieces = ByteStream(
            AsyncStream<ByteBuffer> {
                guard produced.load(ordering: .relaxed) < 6 << 20 else { return nil }
                let made = produced.add(piece.readableBytes, ordering: .relaxed).newValue
                most.max(made - proxy.traffic.up, ordering: .relaxed)
                return piece
            })
        try await product.withStore(port: proxy.port) { store in
            try await store.put(pieces, at: try ObjectKey("k"))
            #expect(try await store.head(try ObjectKey("k"))?.size == 6 << 20)
        }
        // The parts that may be under way, one that is being filled, and what lies in sockets (some 2.5 MB each way).
        let parts = StoreUnderTest.settings.parallelParts + 1
        #expect(most.load(ordering: .relaxed) < parts * StoreUnderTest.partSize + 3_000_000)
        proxy.stop()
    }

    @Test("a cancelled upload leaves nothing behind", arguments: StoreUnderTest.allCases)
    func cancelled(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let key = try ObjectKey("k")
            let (pieces, more) = AsyncStream<ByteBuffer>.makeStream()
            more.yield(ByteBuffer(bytes: content(StoreUnderTest.partSize * 2)))
            let upload = Task { try await store.put(ByteStream(pieces), at: key) }
            try await Task.sleep(for: .milliseconds(300))
            upload.cancel()
            more.yield(ByteBuffer(bytes: content(StoreUnderTest.partSize)))
            more.finish()
            await #expect(throws: (any Error).self) { try await upload.value }
            #expect(try await store.head(key) == nil)
            #expect(try await store.discardUnfinishedUploads(before: .distantFuture) == 0)
        }
    }
}

extension StoreUnderTest {
    /// Another store with the same objects, whose connections go through a proxy.
    func reopened(
        _ store: any ObjectStore, _ proxy: FaultProxy, _ body: (any ObjectStore) async throws -> Void
    ) async throws {
        let prefix = store.place.split(separator: " ")[0].split(separator: "/").last.map(String.init) ?? ""
        let (url, environment) = try await address(prefix: prefix, port: proxy.port)
        let other = try ObjectStoreFactory.open(url, environment: environment, settings: Self.settings)
        do { try await body(other) } catch {
            await other.close()
            throw error
        }
        await other.close()
    }
}
