import AgentProtocol
import Domain
import FoundationEssentials
import HTTPTypes
import NIOCore
import Objects
import Store
import Synchronization

/// Puts files for patches into the object store and takes them out of it.
public struct PatchShelf: Sendable {
    let store: Store
    let objects: any ObjectStore
    /// Bytes of one file.
    public let largest: Int64

    /// What a file may have where nobody has said anything else: 2 GiB.
    public static let standardLimit: Int64 = 2 << 30

    public init(store: Store, objects: any ObjectStore, largest: Int64 = standardLimit) {
        self.store = store
        self.objects = objects
        self.largest = largest
    }

    /// Who gives a file, and what is known of it before it is here.
    public struct Request: Sendable {
        public var name: String
        public var patch: PatchID
        /// SHA-256 in hexadecimal, which it has to have.
        public var sha256: String?
        public var isCompanion: Bool
        public var principal: Principal

        public init(
            name: String, patch: PatchID, sha256: String? = nil, isCompanion: Bool = false, principal: Principal
        ) {
            self.name = name
            self.patch = patch
            self.sha256 = sha256
            self.isCompanion = isCompanion
            self.principal = principal
        }
    }

    /// Keeps a file as it comes, piece by piece. One that does not come to its end, or is not what it should be, is not
    /// there.
    ///
    /// - Throws: `StoreError.invalid` for a name that no package manager gives and a content that is not as announced,
    ///   `.conflict` for a name that the patch has, `ObjectError`, and what `content` throws.
    public func keep<Pieces: AsyncSequence & Sendable>(_ content: Pieces, _ request: Request) async throws -> PatchFile
    where Pieces.Element == ByteBuffer {
        guard let name = PatchFileName(request.name) else { throw Self.badName }
        let expected = try request.sha256.map(Self.digest)
        _ = try await store.patches.packages(of: request.patch)
        let (tenant, id) = (request.principal.tenant, PatchFileID.make())
        let key = try ObjectKey("\(UnusedObjects.prefix(of: tenant))patches/\(id)/\(name.text)")
        let upload = try await store.unusedObjects.begin(key.text, tenant: tenant)
        let passage = Passage(limit: largest)
        do {
            try await objects.put(
                ByteStream(content.map { try passage.let($0) }), at: key, PutOptions(sha256: expected))
        } catch {
            await discard(key, tenant)
            if case ObjectError.corrupt(_, let expected, let actual) = error {
                throw StoreError.invalid(field: "sha256", reason: "what came has \(actual) and not \(expected).")
            }
            throw error
        }
        do {
            guard passage.bytes > 0 else { throw StoreError.invalid(field: "body", reason: "the file is empty.") }
            let kept = try await store.patchFiles.add(
                PatchFile(
                    id: id, patch: request.patch, name: name, sha256: passage.digest, bytes: passage.bytes,
                    isCompanion: request.isCompanion, objectKey: key.text, uploadedBy: request.principal.name,
                    uploadedAt: Date()),
                of: upload, tenant: tenant, by: request.principal)
            // The same file was here before.
            if kept.id != id { await discard(key, tenant) }
            return kept
        } catch {
            await discard(key, tenant)
            throw error
        }
    }

    /// Removes a file; who is at downloading it gets no more of it.
    public func remove(_ id: PatchFileID, of patch: PatchID, by principal: Principal) async throws {
        let file = try await store.patchFiles.remove(id, of: patch, tenant: principal.tenant, by: principal)
        await discard(try ObjectKey(file.objectKey), principal.tenant)
    }

    /// Keeps what an agent's package manager wrote for a job.
    func keep(_ report: PatchLogReport, of target: TargetID, tenant: TenantID) async throws {
        let bytes = Array(report.log.utf8.suffix(PatchLogReport.longest))
        let key = try ObjectKey(
            "\(UnusedObjects.prefix(of: tenant))logs/\(target)/\(UUID().uuidString.lowercased()).log")
        let upload = try await store.unusedObjects.begin(key.text, tenant: tenant)
        do {
            try await objects.put(ByteStream(bytes), at: key, PutOptions(contentType: PatchLogType.mediaType))
            try await store.patchLogs.add(
                report.job, of: target, bytes: Int64(bytes.count), at: upload, tenant: tenant)
        } catch {
            await discard(key, tenant)
            throw error
        }
    }

    /// An object, or the part of it that a request asks for.
    func content<Kind: ReportType>(
        of key: String, bytes: Int64, as name: String, _ scope: RequestScope
    ) async throws -> ObjectContent<Kind> {
        let range = ByteRange(scope.head.headerFields[.range])
        if let range, range.first >= bytes { throw PayloadRefusal.outside }
        let download = try await objects.get(
            try ObjectKey(key), from: range?.first ?? 0, count: range?.count, version: nil)
        return ObjectContent(download, as: name, range: range)
    }

    /// What cannot be removed now the sweep removes. A task of its own: an upload that was cancelled is cleared up, too.
    private func discard(_ key: ObjectKey, _ tenant: TenantID) async {
        await Task { [objects, store] in
            do {
                try await objects.delete(key)
                try await store.unusedObjects.forget([key.text], tenant: tenant)
            } catch {
                store.logger.warning("an object is left to the sweep: \(error)", metadata: ["object": "\(key)"])
            }
        }.value
    }

    /// Removes logs that are older than their tenants keep history, objects that no row names any more, and what processes
    /// left that were killed while they wrote, some at a time: whenever it ends, what it has done is done. Any number of
    /// processes may.
    ///
    /// - Returns: how many that were.
    @discardableResult
    public func sweep() async throws -> Int {
        var count = 0
        for tenant in try await store.tenants.list() {
            while try await store.patchLogs.expire(tenant: tenant.id) > 0 { try Task.checkCancellation() }
            count += try await sweep(tenant.id)
        }
        for tenant in try await store.unusedObjects.removedTenants() {
            let report = try await objects.sweep(UnusedObjects.prefix(of: tenant), before: .distantFuture)
            try await store.unusedObjects.forget(removed: tenant)
            count += report.removed
        }
        return count
    }

    private func sweep(_ tenant: TenantID) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            var removed: [String] = []
            for key in try await store.unusedObjects.some(tenant: tenant) {
                do {
                    try await objects.delete(try ObjectKey(key))
                    removed.append(key)
                } catch is ObjectError {
                    // The next sweep tries it again.
                    continue
                }
            }
            if removed.isEmpty { return count }
            try await store.unusedObjects.forget(removed, tenant: tenant)
            count += removed.count
        }
    }

    /// Removes what unfinished uploads have left in the object store itself, a day after they began.
    @discardableResult
    public func discardUnfinishedUploads() async throws -> Int {
        // A folder is made when the first object is written.
        if let folder = objects as? FolderStore, !folder.isMade { return 0 }
        return try await objects.discardUnfinishedUploads(before: Date(timeIntervalSinceNow: -86_400))
    }

    private static let badName = StoreError.invalid(
        field: "name",
        reason: """
            the name has to be that of a package’s file, as its package manager writes it: NAME_VERSION_ARCHITECTURE.deb, \
            NAME-VERSION-RELEASE.ARCHITECTURE.rpm or NAME-VERSION-rRELEASE.apk.
            """)

    private static func digest(_ text: String) throws(StoreError) -> String {
        let text = text.lowercased()
        guard text.utf8.count == 64, text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            throw .invalid(field: "sha256", reason: "it has 64 hexadecimal digits.")
        }
        return text
    }
}

/// Counts and digests what goes through.
private final class Passage: Sendable {
    private struct State {
        var digest = RunningDigest()
        var bytes: Int64 = 0
    }

    private let limit: Int64
    private let state = Mutex(State())

    init(limit: Int64) { self.limit = limit }

    var bytes: Int64 { state.withLock { $0.bytes } }
    var digest: String { state.withLock { $0.digest.text } }

    func `let`(_ piece: ByteBuffer) throws -> ByteBuffer {
        try state.withLock { state in
            state.bytes += Int64(piece.readableBytes)
            guard state.bytes <= limit else { throw ObjectError.tooLarge(limit: limit) }
            state.digest.update(piece.readableBytesView)
        }
        return piece
    }
}
