import FoundationEssentials

/// A place for files that are too large or too many for the database: patch payloads, reports, logs.
///
/// Whatever the product, a write is whole or not there, a read never mixes two versions of an object, and neither
/// holds more than a few parts in memory.
public protocol ObjectStore: Sendable {
    /// Where it is, for people: `s3://patches/emea at https://s3.eu-central-1.amazonaws.com`. Holds no secret.
    var place: String { get }
    var abilities: ObjectAbilities { get }

    /// Writes an object from a stream of unknown length, in place of the one that may be there.
    /// - Throws: `ObjectError`, or what `content` throws; then nothing was written that could be read.
    @discardableResult
    func put(_ content: ByteStream, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject

    /// Begins to read. The stream goes on after a connection that was cut, and ends with `ObjectError.changed` when the
    /// object was replaced meanwhile.
    /// - Parameters:
    ///   - offset: the first byte.
    ///   - count: how many bytes at most; nil for all that follow.
    ///   - version: read this version only, else throw `ObjectError.changed`.
    func get(_ key: ObjectKey, from offset: Int64, count: Int64?, version: String?) async throws -> ObjectDownload

    /// What is known of an object; nil where there is none.
    func head(_ key: ObjectKey) async throws -> StoredObject?

    /// A page of what lies under a prefix, in the order of the keys' bytes.
    /// - Parameters:
    ///   - page: `next` of the page before.
    ///   - limit: at most 1,000.
    func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage

    /// Removes an object; one that is not there is removed already.
    /// - Parameter version: remove this version only, else throw `ObjectError.changed`; only where
    ///   `abilities.removesByVersion`.
    func delete(_ key: ObjectKey, version: String?) async throws

    /// An address by which somebody without any account here may read or write one object for a while. Reading by it
    /// can be resumed with `Range` and `If-Match`, or `If-Range`.
    /// - Throws: `ObjectError.unsupported` where nobody can sign one.
    func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress

    /// Removes what uploads left that nobody finished; those that the vendor forgets by himself are not counted.
    func discardUnfinishedUploads(before date: Date) async throws -> Int

    /// What the operator may hand to the vendor to have objects removed after some days; nil where only
    /// `sweep` removes.
    func lifecycleRule(days: Int) -> LifecycleRule?

    /// The permission that an action needs, as the vendor names it.
    func permission(for action: ObjectAction) -> String

    func close() async
}

extension ObjectStore {
    @discardableResult
    public func put(_ content: ByteStream, at key: ObjectKey) async throws -> StoredObject {
        try await put(content, at: key, PutOptions())
    }

    /// Begins to read all of it.
    public func get(_ key: ObjectKey) async throws -> ObjectDownload {
        try await get(key, from: 0, count: nil, version: nil)
    }

    public func list(_ prefix: String = "", after page: String? = nil) async throws -> ObjectPage {
        try await list(prefix, after: page, limit: 1_000)
    }

    public func delete(_ key: ObjectKey) async throws { try await delete(key, version: nil) }
}

/// What is asked of a store.
public enum ObjectAction: String, Sendable, CaseIterable {
    case write, read, list, delete
}
