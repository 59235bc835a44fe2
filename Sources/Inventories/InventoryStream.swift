import Domain
import FoundationEssentials
import Glibc

/// Inventories out of a file or pipe, one after the other, in the memory of one: a JSON document or
/// NDJSON of any length.
public struct InventoryStream {
    private let limits: DocumentLimits
    private let chunk: (Int) throws(DocumentError) -> [UInt8]
    private var splitter: DocumentSplitter
    private var isAtEnd = false
    private var count = 0
    private var rereadBytes = 0

    /// - Parameter chunk: returns up to the asked number of bytes, none at the end of the input.
    public init(
        limits: DocumentLimits = .standard, chunk: @escaping (Int) throws(DocumentError) -> [UInt8]
    ) {
        self.limits = limits
        self.chunk = chunk
        splitter = DocumentSplitter(limit: limits.documentBytes)
    }

    /// Reads from an open descriptor, such as standard input's 0; does not close it.
    public init(fileDescriptor: Int32, limits: DocumentLimits = .standard) {
        self.init(limits: limits) { size throws(DocumentError) in
            try Self.read(fileDescriptor, size)
        }
    }

    /// The next inventory; nil at the end of the input. Input without any inventory is `.empty`.
    /// After an error the stream is at its end.
    public mutating func next() throws(DocumentError) -> Inventory? {
        switch try nextDocument() {
        case nil: return nil
        case .success(let inventory): return inventory
        case .failure(let refused):
            end()
            throw refused.error
        }
    }

    /// The next inventory, or why the next document is none; nil at the end of the input. The stream
    /// goes on behind a refused document, with the next line that begins with `{`.
    /// - Throws: `.empty` for input without any document, `.unreadable` when the input fails.
    public mutating func nextDocument() throws(DocumentError) -> Result<Inventory, RefusedDocument>? {
        let piece: DocumentSplitter.Piece?
        do {
            piece = try self.piece()
        } catch {
            if case .unreadable = error { throw error }
            return refused(nil, RefusedDocument(line: splitter.line, error: error))
        }
        guard let piece else {
            if count == 0 { throw .empty }
            return nil
        }
        do {
            let inventory = try parse(piece)
            count += 1
            return .success(inventory)
        } catch {
            let line = piece.linesBefore + 1
            return refused(piece, RefusedDocument(line: line, error: error.shifted(lines: piece.linesBefore)))
        }
    }

    private mutating func refused(
        _ piece: DocumentSplitter.Piece?, _ document: RefusedDocument
    ) -> Result<Inventory, RefusedDocument> {
        count += 1
        rereadBytes += piece?.bytes.count ?? limits.documentBytes
        if rereadBytes < limits.rereadBytes { splitter.recover(from: piece) } else { end() }
        return .failure(document)
    }

    private mutating func end() {
        isAtEnd = true
        splitter = DocumentSplitter(limit: limits.documentBytes)
    }

    private mutating func piece() throws(DocumentError) -> DocumentSplitter.Piece? {
        while true {
            if let piece = try splitter.next() { return piece }
            if isAtEnd { return splitter.rest() }
            let bytes = try chunk(1 << 18)
            if bytes.isEmpty { isAtEnd = true } else { splitter.append(bytes) }
        }
    }

    private func parse(_ piece: DocumentSplitter.Piece) throws(DocumentError) -> Inventory {
        let result = piece.bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) in try InventoryReader.inventory(bytes, limits: limits) }
        }
        return try result.get()
    }

    private static func read(_ descriptor: Int32, _ size: Int) throws(DocumentError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var got = 0
            repeat {
                got = Glibc.read(descriptor, buffer.baseAddress, size)
                code = got < 0 ? errno : 0
            } while code == EINTR
            count = max(0, got)
        }
        guard code == 0 else { throw .unreadable(reason: String(cString: strerror(code))) }
        return bytes
    }
}
