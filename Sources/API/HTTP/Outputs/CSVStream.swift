import HTTPTypes
import Hummingbird
import NIOCore

/// A table sent as it is made (RFC 4180), with back-pressure: rows are asked for only as fast as the
/// client takes them. An error after the first byte breaks the connection off, so that the client
/// does not take a part for the whole.
public struct CSVStream: ResponseContent {
    private let columns: [String]
    private let fileName: String
    private let rows: @Sendable (inout CSVWriter) async throws -> Void

    /// - Parameters:
    ///   - fileName: what browsers save it as; letters, digits, dots, dashes.
    ///   - columns: the first line.
    ///   - rows: writes the other lines.
    public init(
        fileName: String, columns: [String], rows: @escaping @Sendable (inout CSVWriter) async throws -> Void
    ) {
        self.fileName = fileName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
        self.columns = columns
        self.rows = rows
    }

    public static var contract: ResponseContract {
        ResponseContract(description: "The table.", mediaType: "text/csv")
    }

    public func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(fileName)\"",
            ],
            body: ResponseBody { [columns, rows] writer in
                var csv = CSVWriter(output: writer)
                try await csv.row(columns)
                try await rows(&csv)
                try await csv.flush()
                try await writer.finish(nil)
            })
    }
}

/// Writes rows of a ``CSVStream``.
public struct CSVWriter {
    /// Big enough that a write costs little beside its rows, small enough to hold per client.
    private static let chunkSize = 32 * 1024

    private var output: any ResponseBodyWriter
    private var buffer: [UInt8] = []

    init(output: any ResponseBodyWriter) { self.output = output }

    /// Writes one line and waits while the client is behind.
    public mutating func row(_ cells: [String]) async throws {
        for (index, cell) in cells.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(cell)
        }
        buffer += [0x0D, 0x0A]
        if buffer.count >= Self.chunkSize { try await flush() }
    }

    mutating func flush() async throws {
        guard !buffer.isEmpty else { return }
        try await output.write(ByteBuffer(bytes: buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    /// Spreadsheets run cells that begin with these characters as formulas; an apostrophe stops them.
    private mutating func append(_ cell: String) {
        let isFormula = cell.first.map { "=+-@\t\r".contains($0) } ?? false
        let isNumber = Double(cell) != nil
        let text = isFormula && !isNumber ? "'" + cell : cell
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
            return buffer.append(contentsOf: text.utf8)
        }
        buffer.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        buffer.append(0x22)
    }
}
