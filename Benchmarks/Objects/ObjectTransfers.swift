import Foundation
import Objects

/// 256 MiB into a folder's store and out of it beside `cp`, and out of an S3 store (files that nginx serves) beside curl.
struct ObjectTransfers: BenchmarkGroup {
    static let name = "objects"
    static let summary = "256 MiB into and out of object stores beside cp and curl"

    private static let size = 256 << 20
    private static let megabytes = 256.0

    func run(_ bench: Bench) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-objects-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = "\(folder)/source"
        let outside = FolderStore(path: "\(folder)/outside")
        let store = FolderStore(path: "\(folder)/store")
        let key = try ObjectKey("payload")
        let pieces = Self.content
        try await outside.put(pieces, at: key)
        try FileManager.default.moveItem(atPath: "\(folder)/outside/objects/payload", toPath: source)
        // As durable as what is compared with it: cp alone leaves the content in memory.
        let copy = Program(
            "/bin/sh",
            [
                "-c",
                "cp \(source) \(folder)/copy.tmp && sync \(folder)/copy.tmp && mv \(folder)/copy.tmp \(folder)/copy",
            ])
        try await bench.compare(
            [
                Contender("objects.folder_put", goal: .atLeast(0.3)) {
                    try await Self.rate { try await store.put(pieces, at: key) }
                }
            ], with: Contender("cp, sync, mv") { try await Self.rate { try await copy.run() } }, unit: "MiB/s")
        let read = Program("/bin/cp", [source, "/dev/null"])
        try await bench.compare(
            [Contender("objects.folder_get") { try await Self.rate { try await Self.read(store, key) } }],
            with: Contender("cp to /dev/null") { try await Self.rate { try await read.run() } }, unit: "MiB/s")
        try await served(bench, key)
    }

    /// Out of a store that speaks S3.
    private func served(_ bench: Bench, _ key: ObjectKey) async throws {
        let server = try await StaticServer.start(page: String(repeating: "x", count: Self.size), at: "bucket/\(key)")
        let url = "http://127.0.0.1:\(server.port)"
        let store = try ObjectStoreFactory.open(
            "s3://bucket?endpoint=\(url)", environment: ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"])
        let curl = Program("/usr/bin/curl", ["-fsS", "--noproxy", "*", "-o", "/dev/null", "\(url)/bucket/\(key)"])
        do {
            try await bench.compare(
                [
                    Contender("objects.s3_get", goal: .atLeast(0.3)) {
                        try await Self.rate { try await Self.read(store, key) }
                    }
                ], with: Contender("curl") { try await Self.rate { try await curl.run() } }, unit: "MiB/s")
        } catch {
            await store.close()
            server.stop()
            throw error
        }
        await store.close()
        server.stop()
    }

    private static func rate(_ body: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return megabytes / (clock.now - start).seconds
    }

    private static func read(_ store: any ObjectStore, _ key: ObjectKey) async throws {
        var count = 0
        for try await piece in try await store.get(key).content { count += piece.readableBytes }
        guard count == size else { throw BenchError.unexpectedOutput("the store", output: "\(count) bytes") }
    }

    /// A stream of 256 pieces that are alike.
    private static var content: ByteStream {
        let piece = ByteStream((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        return ByteStream(Repeated(piece: piece, count: size >> 20))
    }
}

/// One piece, a number of times.
private struct Repeated: AsyncSequence, Sendable {
    typealias Element = ByteStream.Element

    let piece: ByteStream
    let count: Int

    struct Iterator: AsyncIteratorProtocol {
        let piece: ByteStream
        var left: Int

        mutating func next() async throws -> Element? {
            guard left > 0 else { return nil }
            left -= 1
            for try await piece in piece { return piece }
            return nil
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(piece: piece, left: count) }
}
