import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// Blocks that become a blob when their list is put. Until then they are no blob; those that no list names, the service
/// removes within a week.
final class AzureUpload: PartUpload {
    private let store: AzureStore
    private let key: ObjectKey
    private let options: PutOptions
    /// Two writers of one blob must not take each other's blocks.
    private let id = UUID().uuidString.lowercased()
    private let count = Mutex(0)

    init(store: AzureStore, key: ObjectKey, options: PutOptions) {
        self.store = store
        self.key = key
        self.options = options
    }

    /// All of one length, as the service wants them.
    private func name(_ number: Int) -> String {
        let digits = String(number)
        return "\(id)-\(String(repeating: "0", count: 6 - digits.count))\(digits)".utf8.base64
    }

    func send(_ part: UploadPart) async throws {
        var request = store.request(.PUT, key, [("blockid", name(part.number)), ("comp", "block")])
        request.body = part.bytes
        request.headers.add(name: "Content-MD5", value: Insecure.MD5.digest(part.bytes).base64)
        _ = try await store.courier.send(request, .init(.write, key.text))
        count.withLock { $0 = max($0, part.number) }
    }

    func complete(size: Int64, sha256: String) async throws -> StoredObject {
        let blocks = (1...max(count.withLock { $0 }, 1)).map { "<Uncommitted>\(name($0))</Uncommitted>" }.joined()
        var request = store.request(.PUT, key, [("comp", "blocklist")])
        request.body = ByteBuffer(
            string: "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(blocks)</BlockList>")
        request.headers.add(contentsOf: [
            "Content-Type": "application/xml", "x-ms-blob-content-type": options.contentType,
            "x-ms-meta-sha256": sha256,
        ])
        do {
            return try await store.write(request, key, options, size: size, sha256)
        } catch ObjectError.refused(_, _, "InvalidBlockList") {
            // An attempt before may have put the list, after which its blocks are not uncommitted any more.
            guard let found = try await store.head(key), found.sha256 == sha256 else {
                throw ObjectError.changed(key: key.text)
            }
            return found
        }
    }

    func abort() async {}
}
