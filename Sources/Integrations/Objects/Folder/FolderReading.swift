import Crypto
import Glibc
import NIOCore
import NIOPosix

/// Reads a file piece by piece, and holds the whole against its digest.
final class FolderReading {
    private let file: FolderPlace.Handle
    private let object: StoredObject
    private var offset: Int64
    private let end: Int64
    private let pieceSize: Int
    /// Nil where only a part is read, or nothing is known that it could be held against.
    private var hash: SHA256?

    init(_ file: FolderPlace.Handle, _ object: StoredObject, from offset: Int64, to end: Int64, pieceSize: Int) {
        self.file = file
        self.object = object
        self.offset = offset
        self.end = end
        self.pieceSize = pieceSize
        hash = offset == 0 && end == object.size && object.sha256 != nil ? SHA256() : nil
    }

    func next() async throws -> ByteBuffer? {
        guard offset < end else {
            try check()
            return nil
        }
        try Task.checkCancellation()
        let (file, offset, count) = (file, offset, Int(min(Int64(pieceSize), end - offset)))
        let read = try await NIOThreadPool.singleton.runIfActive { Self.read(file, offset, count) }
        guard let piece = read.piece else {
            let reason = read.code == 0 ? "it was cut short" : String(cString: strerror(read.code))
            throw ObjectError.folder(path: object.key.text, reason: reason)
        }
        self.offset += Int64(piece.readableBytes)
        hash?.update(piece)
        return piece
    }

    private static func read(_ file: FolderPlace.Handle, _ offset: Int64, _ count: Int) -> (
        piece: ByteBuffer?, code: Int32
    ) {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        var code: Int32 = 0
        let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            while true {
                let got = pread(file.descriptor, bytes.baseAddress, count, off_t(offset))
                if got >= 0 { return got }
                if errno != EINTR {
                    code = errno
                    return 0
                }
            }
        }
        return got > 0 ? (buffer, 0) : (nil, code)
    }

    private func check() throws(ObjectError) {
        guard let hash, let expected = object.sha256 else { return }
        let actual = hash.finalize().hexadecimal
        self.hash = nil
        if actual != expected { throw .corrupt(key: object.key.text, expected: expected, actual: actual) }
    }
}
