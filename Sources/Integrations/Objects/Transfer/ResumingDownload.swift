import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1

/// An answer whose body is still to come.
struct OpenObject: Sendable {
    let object: StoredObject
    /// Where the body begins.
    let offset: Int64
    let body: HTTPClientResponse.Body
}

extension Courier {
    /// - Parameters:
    ///   - code: what the service is held to have said when `object` can make nothing of its headers.
    ///   - object: of the headers and the object's size.
    func open(
        _ request: ObjectRequest, _ key: ObjectKey, or code: String = "no length",
        object: @Sendable (HTTPHeaders, Int64) -> StoredObject?
    ) async throws -> OpenObject {
        let host = words.host
        return try await open(request, .init(.read, key.text)) { response in
            guard let extent = response.headers.extent, let object = object(response.headers, extent.size) else {
                throw ObjectError.refused(host: host, status: Int(response.status.code), code: code)
            }
            return OpenObject(object: object, offset: extent.offset, body: response.body)
        }.0
    }
}

/// Reads an object, and goes on where a connection was cut; with the same version or not at all.
struct ResumingDownload: Sendable {
    let store: any RemoteStore
    let key: ObjectKey
    let offset: Int64
    /// The byte after the last that is wanted.
    let end: Int64?
    let opened: OpenObject

    var download: ObjectDownload {
        ObjectDownload(
            object: opened.object,
            content: ByteStream {
                let state = State(self)
                return { try await state.next() }
            })
    }

    private var last: Int64 { min(end ?? .max, opened.object.size) }

    /// Of one reading; an answer can be read once, so a second reading begins with a request of its own.
    private final class State {
        private let download: ResumingDownload
        private var position: Int64
        private var body: HTTPClientResponse.Body.AsyncIterator?
        private var failures = 0
        /// Nil where only a part is read, or nothing is known that it could be held against.
        private var hash: SHA256?

        init(_ download: ResumingDownload) {
            self.download = download
            position = download.offset
            body = download.opened.body.makeAsyncIterator()
            let isWhole = download.offset == 0 && download.last == download.opened.object.size
            hash = isWhole && download.opened.object.sha256 != nil ? SHA256() : nil
        }

        func next() async throws -> ByteBuffer? {
            while position < download.last {
                do {
                    if body == nil { body = try await reopened() }
                    if var piece = try await body?.next() {
                        // More than was promised is of no use to anybody.
                        let room = download.last - position
                        if Int64(piece.readableBytes) > room { piece = piece.readSlice(length: Int(room)) ?? piece }
                        guard piece.readableBytes > 0 else { continue }
                        position += Int64(piece.readableBytes)
                        failures = 0
                        hash?.update(piece)
                        return piece
                    }
                    throw HTTPClientError.remoteConnectionClosed
                } catch let error as ObjectError {
                    throw error
                } catch {
                    if error is CancellationError || Task.isCancelled { throw CancellationError() }
                    try await pause(error)
                }
            }
            try check()
            return nil
        }

        private func pause(_ error: any Error) async throws {
            body = nil
            failures += 1
            let settings = download.store.courier.settings
            guard let wait = settings.wait(after: failures, asked: nil) else {
                let reason = Courier.reason(error, settings).0
                throw ObjectError.broken(host: download.store.courier.words.host, reason: reason)
            }
            try await Task.sleep(for: wait)
        }

        private func reopened() async throws -> HTTPClientResponse.Body.AsyncIterator {
            let version = download.opened.object.version
            let opened: OpenObject
            do {
                opened = try await download.store.open(
                    download.key, from: position, to: download.end, version: version)
            } catch ObjectError.notFound {
                throw ObjectError.changed(key: download.key.text)
            }
            // Not every server heeds the condition.
            guard opened.object.version == version, opened.offset == position else {
                throw ObjectError.changed(key: download.key.text)
            }
            return opened.body.makeAsyncIterator()
        }

        private func check() throws(ObjectError) {
            guard let hash, let expected = download.opened.object.sha256 else { return }
            let actual = hash.finalize().hexadecimal
            self.hash = nil
            if actual != expected { throw .corrupt(key: download.key.text, expected: expected, actual: actual) }
        }
    }
}

extension HTTPHeaders {
    /// Where an answer's body begins and how large the whole is: of `Content-Range`, else of `Content-Length`.
    var extent: (offset: Int64, size: Int64)? {
        if let range = first(name: "Content-Range") {
            // bytes 5-9/10
            let parts = range.split { $0 == " " || $0 == "-" || $0 == "/" }
            guard parts.count == 4, let offset = Int64(parts[1]), let size = Int64(parts[3]) else { return nil }
            return (offset, size)
        }
        return first(name: "Content-Length").flatMap { Int64($0) }.map { (0, $0) }
    }
}
