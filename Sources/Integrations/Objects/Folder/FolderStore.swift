import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix

/// Makes addresses under which objects of a folder can be had: whoever serves them makes them.
public protocol AddressSigner: Sendable {
    func address(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress
}

/// A local folder, for one machine.
public struct FolderStore: ObjectStore {
    private let folder: FolderPlace
    private let signer: (any AddressSigner)?

    /// Bytes read at a time.
    private static let pieceSize = 1 << 20

    /// - Parameters:
    ///   - path: made when the first object is written.
    ///   - signer: makes signed addresses; without one there are none.
    public init(path: String, signer: (any AddressSigner)? = nil) {
        folder = FolderPlace(path: path)
        self.signer = signer
    }

    /// Whether there is anything of it yet.
    public var isMade: Bool { access("\(folder.path)/\(FolderPlace.objects)", F_OK) == 0 }

    public var place: String { "file://\(folder.path)" }

    public var abilities: ObjectAbilities {
        ObjectAbilities(
            createsOnly: true, removesByVersion: true, signsAddresses: signer != nil, keepsDigestOfStreams: true)
    }

    public func permission(for action: ObjectAction) -> String { "its user the right to read and write \(folder.path)" }

    public func close() async {}

    /// Where waiting for the disk keeps nobody else waiting.
    private func offloaded<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await NIOThreadPool.singleton.runIfActive(body)
    }

    public func put(_ content: ByteStream, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        let folder = folder
        let writer = Guarded(try await offloaded { Guarded(try FolderWriter(folder)) }.value)
        do {
            for try await piece in content {
                try Task.checkCancellation()
                try await offloaded { try writer.value.write(piece) }
            }
            // Streams also end when their reader is cancelled: that is no end of the content.
            try Task.checkCancellation()
            return try await offloaded { try writer.value.finish(key, options) }
        } catch {
            // A task of its own: what was cancelled must not keep it from clearing up.
            _ = try? await Task { try await offloaded { writer.value.discard() } }.value
            throw error
        }
    }

    public func get(
        _ key: ObjectKey, from offset: Int64, count: Int64?, version: String?
    ) async throws -> ObjectDownload {
        let folder = folder
        guard
            let (file, object) = try await offloaded({
                try folder.open(key).map { ($0.0, FolderPlace.object(key, $0.1, $0.0)) }
            })
        else { throw ObjectError.notFound(key: key.text) }
        if let version, version != object.version { throw ObjectError.changed(key: key.text) }
        guard offset == 0 || offset < object.size else { throw ObjectError.outside(key: key.text) }
        let end = min(count.map { offset.addingReportingOverflow($0).partialValue } ?? object.size, object.size)
        // The file stays what it was when it was opened: a later object of this key is another file.
        return ObjectDownload(
            object: object,
            content: ByteStream {
                let reading = FolderReading(file, object, from: offset, to: end, pieceSize: Self.pieceSize)
                return { try await reading.next() }
            })
    }

    public func head(_ key: ObjectKey) async throws -> StoredObject? {
        let folder = folder
        return try await offloaded { try folder.open(key).map { FolderPlace.object(key, $0.1, $0.0) } }
    }

    public func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage {
        let folder = folder
        return try await offloaded { try FolderList(folder, prefix: prefix, after: page, limit: limit).page() }
    }

    public func delete(_ key: ObjectKey, version: String?) async throws {
        let folder = folder
        try await offloaded {
            guard let (file, status) = try folder.open(key), let spot = try folder.spot(key, isMade: false) else {
                return
            }
            if let version, version != FolderPlace.object(key, status).version {
                throw ObjectError.changed(key: key.text)
            }
            guard unlinkat(spot.folder.descriptor, spot.name, 0) == 0 || errno == ENOENT else {
                throw folder.failure(at: "\(folder.path)/objects/\(key)")
            }
            withExtendedLifetime(file) {}
            folder.prune(key)
        }
    }

    public func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
        guard let signer else {
            throw ObjectError.unsupported(what: "sign addresses: it is a folder that nobody serves")
        }
        return try await signer.address(use, of: key, seconds: seconds)
    }

    public func discardUnfinishedUploads(before date: Date) async throws -> Int {
        let folder = folder
        return try await offloaded {
            let uploads = try folder.top(FolderPlace.uploads)
            var count = 0
            for name in try FolderList.names(in: uploads, folder) {
                var status = stat()
                guard fstatat(uploads.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                    Double(status.st_mtim.tv_sec) < date.timeIntervalSince1970,
                    unlinkat(uploads.descriptor, name, 0) == 0
                else { continue }
                count += 1
            }
            return count
        }
    }

    public func lifecycleRule(days: Int) -> LifecycleRule? { nil }
}

/// What one task uses after the other, and never two at a time.
private struct Guarded<Value>: @unchecked Sendable {
    // A writer is used by the jobs of one `put`, each of which is waited for before the next one begins.
    let value: Value

    init(_ value: Value) { self.value = value }
}
