import NIOCore

/// What the products that are reached by HTTP differ in. How parts are cut, sent again, and put together, and how
/// reading goes on after a cut, is the same for all.
protocol RemoteStore: ObjectStore {
    var courier: Courier { get }
    /// How many parts may be under way at a time, and how many there may be.
    var partLimits: (parallel: Int, count: Int) { get }

    /// Writes an object in one request. Done twice it is as if done once.
    func putWhole(_ content: WholeContent, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject
    func begin(_ key: ObjectKey, _ options: PutOptions) async throws -> any PartUpload
    /// Asks for a part of an object.
    /// - Parameters:
    ///   - end: the byte after the last; nil for all.
    ///   - version: of the object, else `ObjectError.changed`.
    func open(_ key: ObjectKey, from offset: Int64, to end: Int64?, version: String?) async throws -> OpenObject
}

/// The content of an object that fits into one part.
struct WholeContent: Sendable {
    let bytes: ByteBuffer
    let sha256: String
}

/// An object that is written in parts, and cannot be read before `complete`.
protocol PartUpload: Sendable {
    func send(_ part: UploadPart) async throws
    func complete(size: Int64, sha256: String) async throws -> StoredObject
    /// Leaves nothing behind, as far as the store lets that be.
    func abort() async
}

extension RemoteStore {
    func put(_ content: ByteStream, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        var parts = PartReader(content, size: courier.settings.partSize)
        guard let first = try await parts.next() else { throw CancellationError() }
        if first.isLast {
            let digest = parts.digest
            try options.check(digest, of: key)
            return try await putWhole(WholeContent(bytes: first.bytes, sha256: digest), at: key, options)
        }
        let upload = try await begin(key, options)
        do {
            let size = try await send(first, &parts, by: upload) { digest throws(ObjectError) in
                try options.check(digest, of: key)
            }
            return try await upload.complete(size: size, sha256: parts.digest)
        } catch {
            // A task of its own: what was cancelled must not keep it from clearing up.
            await Task { await upload.abort() }.value
            throw error
        }
    }

    /// - Parameter check: of the whole, before its last part goes up: there are stores where that makes the object.
    /// - Returns: how many bytes there were.
    private func send(
        _ first: UploadPart, _ parts: inout PartReader, by upload: any PartUpload,
        check: (_ digest: String) throws(ObjectError) -> Void
    ) async throws -> Int64 {
        let limits = partLimits
        let partSize = courier.settings.partSize
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            var part: UploadPart? = first
            var size: Int64 = 0
            var underWay = 0
            while let next = part {
                guard next.number <= limits.count else {
                    throw ObjectError.tooLarge(limit: Int64(limits.count) * Int64(partSize))
                }
                if next.isLast { try check(parts.digest) }
                tasks.addTask { try await upload.send(next) }
                underWay += 1
                size = next.end
                // Read only when there is room for it: the bound on memory.
                if underWay == limits.parallel {
                    try await tasks.next()
                    underWay -= 1
                }
                part = try await parts.next()
            }
            try await tasks.waitForAll()
            return size
        }
    }

    func get(_ key: ObjectKey, from offset: Int64, count: Int64?, version: String?) async throws -> ObjectDownload {
        let end = count.map { offset.addingReportingOverflow($0) }.map { $0.overflow ? Int64.max : $0.partialValue }
        let opened = try await open(key, from: offset, to: end, version: version)
        return ResumingDownload(store: self, key: key, offset: offset, end: end, opened: opened).download
    }
}

extension PutOptions {
    func check(_ digest: String, of key: ObjectKey) throws(ObjectError) {
        if let sha256, sha256 != digest { throw .corrupt(key: key.text, expected: sha256, actual: digest) }
    }
}
