import AsyncHTTPClient
import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// A resumable upload: a session that says how far it has come.
/// <https://cloud.google.com/storage/docs/performing-resumable-uploads>
final class GoogleUpload: PartUpload {
    private let store: GoogleStore
    private let key: ObjectKey
    private let options: PutOptions
    private let origin: String
    private let path: String
    private let query: [(name: String, value: String)]
    private let state = Mutex((md5: Insecure.MD5(), answer: ObjectAnswer?.none))

    /// - Throws: `ObjectError.refused` when the session is elsewhere: a store that could name any address could have the
    ///   content sent there.
    init(store: GoogleStore, key: ObjectKey, options: PutOptions, session: String) throws {
        self.store = store
        self.key = key
        self.options = options
        origin = store.location.origin
        let halves = session.split(separator: "?", maxSplits: 1)
        guard let start = halves.first, let slashes = start.firstRange(of: "://"),
            let slash = start[slashes.upperBound...].firstIndex(of: "/"),
            ObjectRequest.host(of: origin) == start[slashes.upperBound..<slash]
        else {
            throw ObjectError.refused(host: store.courier.words.host, status: 200, code: "a session at another host")
        }
        path = String(start[slash...])
        query = (halves.count > 1 ? halves[1] : "").split(separator: "&").compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]) else { return nil }
            return (name, PercentEncoding.decode(parts.count > 1 ? parts[1] : "") ?? "")
        }
    }

    /// Sends what the session does not have yet of a part, after each failure as much as it says is missing.
    func send(_ part: UploadPart) async throws {
        state.withLock { $0.md5.update(part.bytes) }
        let total = part.isLast ? String(part.end) : "*"
        var committed = part.offset
        var failures = 0
        while committed < part.end || part.isLast {
            let rest = part.bytes.getSlice(
                at: part.bytes.readerIndex + Int(committed - part.offset), length: Int(part.end - committed))
            do {
                let range = committed < part.end ? "\(committed)-\(part.end - 1)" : "*"
                if try await advance(to: &committed, range: "bytes \(range)/\(total)", rest, part) { return }
                failures = 0
            } catch ObjectError.broken, ObjectError.busy {
                failures += 1
                guard let wait = store.courier.settings.wait(after: failures, asked: nil) else {
                    throw ObjectError.broken(host: store.courier.words.host, reason: "an upload does not get on")
                }
                try await Task.sleep(for: wait)
                let isDone = try await advance(
                    to: &committed, range: "bytes */\(total)", nil, part, isQuestion: true)
                if isDone { return }
            }
        }
    }

    /// - Returns: whether the object is complete.
    private func advance(
        to committed: inout Int64, range: String, _ bytes: ByteBuffer?, _ part: UploadPart, isQuestion: Bool = false
    ) async throws -> Bool {
        var request = ObjectRequest(.PUT, origin: origin, path: path, query: query)
        request.isSigned = false
        request.body = bytes
        request.headers.add(name: "Content-Range", value: range)
        var courier = store.courier
        // Sending the same again would be wrong where a half of it came: what to send next is asked for.
        if !isQuestion { courier.settings.attempts = 1 }
        let (answer, _) = try await courier.send(request, .init(.write, key.text)) {
            $0 == 308 || $0 == 412 || $0 == 404 || $0 == 410
        }
        switch answer.status {
        case 308:
            // `bytes=0-1023`; absent where nothing came yet.
            let end = answer.header("Range")?.split(separator: "-").last.flatMap { Int64($0) }.map { $0 + 1 } ?? 0
            guard end >= part.offset, end <= part.end else { throw lost }
            if !isQuestion, end == committed {
                throw ObjectError.broken(host: store.courier.words.host, reason: "an upload does not get on")
            }
            committed = end
            return end == part.end && !part.isLast
        case 412: throw ObjectError.exists(key: key.text)
        case 404, 410: throw lost
        default:
            state.withLock { $0.answer = answer }
            return true
        }
    }

    private var lost: ObjectError {
        .refused(host: store.courier.words.host, status: 410, code: "the upload’s session is gone: begin anew")
    }

    func complete(size: Int64, sha256: String) async throws -> StoredObject {
        let (md5, answer) = state.withLock { ($0.md5.finalize().base64, $0.answer) }
        guard let answer else { throw lost }
        return try await store.checked(answer, key, size: size, md5: md5)
    }

    func abort() async {
        var request = ObjectRequest(.DELETE, origin: origin, path: path, query: query)
        request.isSigned = false
        // Answers 499: the client closed the request.
        _ = try? await store.courier.send(request, .init(.write, key.text)) { (400..<500).contains($0) }
    }
}
