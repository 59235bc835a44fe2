import NIOCore
import Objects
import Synchronization
import FoundationEssentials

/// A folder that stops working in the middle of a write, as a full disk or a store that is gone does.
struct HaltingStore: ObjectStore {
    let folder: FolderStore
    /// Bytes that are taken before it stops.
    let limit: Int
    /// What it was asked to remove.
    let removed = Removed()

    final class Removed: Sendable {
        private let keys = Mutex<[String]>([])
        var all: [String] { keys.withLock { $0 } }
        func add(_ key: String) { keys.withLock { $0.append(key) } }
    }

    var place: String { folder.place }
    var abilities: ObjectAbilities { folder.abilities }

    func put(_ content: ByteStream, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        let limit = limit
        let passed = Mutex(0)
        let halting = content.map { piece in
            let sum = passed.withLock { passed in
                passed += piece.readableBytes
                return passed
            }
            guard sum <= limit else { throw ObjectError.broken(host: "store.test", reason: "it went away") }
            return piece
        }
        return try await folder.put(ByteStream(halting), at: key, options)
    }

    func get(
        _ key: ObjectKey, from offset: Int64, count: Int64?, version: String?
    ) async throws -> ObjectDownload {
        try await folder.get(key, from: offset, count: count, version: version)
    }

    func head(_ key: ObjectKey) async throws -> StoredObject? { try await folder.head(key) }
    func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage {
        try await folder.list(prefix, after: page, limit: limit)
    }
    func delete(_ key: ObjectKey, version: String?) async throws {
        removed.add(key.text)
        try await folder.delete(key, version: version)
    }
    func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
        try await folder.signedAddress(use, of: key, seconds: seconds)
    }
    func discardUnfinishedUploads(before date: Date) async throws -> Int {
        try await folder.discardUnfinishedUploads(before: date)
    }
    func lifecycleRule(days: Int) -> LifecycleRule? { nil }
    func permission(for action: ObjectAction) -> String { folder.permission(for: action) }
    func close() async {}
}
