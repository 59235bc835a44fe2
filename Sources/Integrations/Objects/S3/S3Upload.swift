import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// A multipart upload.
final class S3Upload: PartUpload {
    private struct Done {
        let tag: String
        let md5: [UInt8]
    }

    private let store: S3Store
    private let key: ObjectKey
    private let options: PutOptions
    private let id: String
    private let done = Mutex<[Int: Done]>([:])

    init(store: S3Store, key: ObjectKey, options: PutOptions, id: String) {
        self.store = store
        self.key = key
        self.options = options
        self.id = id
    }

    func send(_ part: UploadPart) async throws {
        let md5 = Insecure.MD5.digest(part.bytes)
        var request = store.request(.PUT, key, [("partNumber", String(part.number)), ("uploadId", id)])
        request.body = part.bytes
        request.headers.add(name: "Content-MD5", value: md5.base64)
        // Counted once, however often it is sent.
        request.headers.add(name: "x-amz-content-sha256", value: SHA256.digest(part.bytes).hexadecimal)
        let tag = try await store.courier.send(request, .init(.write, key.text)).answer.tag
        if store.location.tagsAreDigests, S3Store.isDigest(tag), tag != md5.hexadecimal {
            throw ObjectError.corrupt(key: key.text, expected: md5.hexadecimal, actual: tag)
        }
        done.withLock { $0[part.number] = Done(tag: tag, md5: Array(md5)) }
    }

    func complete(size: Int64, sha256: String) async throws -> StoredObject {
        let parts = done.withLock { $0 }.sorted { $0.key < $1.key }
        let list = parts.map {
            "<Part><PartNumber>\($0.key)</PartNumber><ETag>\"\($0.value.tag)\"</ETag></Part>"
        }.joined()
        var request = store.request(.POST, key, [("uploadId", id)])
        request.headers.add(name: "Content-Type", value: "application/xml")
        if options.ifAbsent { request.headers.add(name: "If-None-Match", value: "*") }
        request.body = ByteBuffer(string: "<CompleteMultipartUpload>\(list)</CompleteMultipartUpload>")
        let isConditional = options.ifAbsent
        for attempt in 1... {
            let (answer, repeats) = try await store.courier.send(request, .init(.write, key.text)) {
                $0 == 404 || isConditional && $0 == 412
            }
            let document = XMLElement(answer.text)
            if (200..<300).contains(answer.status), document?.name != "Error" {
                return try await completed(document?["ETag"], size, parts.map(\.value))
            }
            let fault = ServiceFault(answer)
            // An attempt before may have done it, and only its answer been lost.
            if answer.status == 404 || answer.status == 412, attempt + repeats > 1,
                let found = try await found(size, parts.map(\.value))
            {
                return found
            }
            if answer.status == 412 { throw ObjectError.exists(key: key.text) }
            // A 200 whose body is an error: putting large parts together had begun already.
            guard answer.status == 200, let wait = store.courier.settings.wait(after: attempt, asked: nil) else {
                throw fault.error(for: .write, key.text, of: store.courier.words)
            }
            try await Task.sleep(for: wait)
        }
        throw CancellationError()
    }

    private func completed(_ tag: String?, _ size: Int64, _ parts: [Done]) async throws -> StoredObject {
        guard let found = try await store.head(key) else { throw ObjectError.changed(key: key.text) }
        // Another writer may have replaced it since; then what he wrote is none of our business.
        if let tag, S3Store.unquoted(tag) != found.version { return found }
        if found.size != size {
            throw ObjectError.corrupt(key: key.text, expected: "of \(size) bytes", actual: "of \(found.size) bytes")
        }
        return found
    }

    private func found(_ size: Int64, _ parts: [Done]) async throws -> StoredObject? {
        guard let found = try await store.head(key), found.size == size else { return nil }
        // MD5 of the parts' MD5s, and their number.
        let tag = "\(Insecure.MD5.hash(data: parts.flatMap(\.md5)).hexadecimal)-\(parts.count)"
        return !store.location.tagsAreDigests || found.version == tag ? found : nil
    }

    func abort() async {
        let request = store.request(.DELETE, key, [("uploadId", id)])
        // What is left behind by a store that is gone, `discardUnfinishedUploads` removes.
        _ = try? await store.courier.send(request, .init(.write, key.text)) { $0 == 404 }
    }
}
