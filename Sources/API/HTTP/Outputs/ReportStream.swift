import HTTPTypes
import Hummingbird
import NIOCore

/// A document in a format of its own, sent as it is made, with back-pressure. An error after the first byte breaks
/// the connection off, so that the client does not take a part for the whole.
package struct ReportStream<Kind: ReportType>: ResponseContent {
    private let fileName: String
    private let parts: @Sendable (inout ReportWriter) async throws -> Void

    /// - Parameters:
    ///   - fileName: what browsers save it as; letters, digits, dots, dashes.
    ///   - parts: writes the document.
    package init(fileName: String, parts: @escaping @Sendable (inout ReportWriter) async throws -> Void) {
        self.fileName = fileName
        self.parts = parts
    }

    package static var contract: ResponseContract {
        ResponseContract(description: Kind.description, mediaType: Kind.mediaType)
    }

    package func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: Kind.mediaType, .contentDisposition: "attachment; filename=\"\(fileName)\"",
            ],
            body: ResponseBody { [parts] writer in
                var output = ReportWriter(output: writer)
                try await parts(&output)
                try await output.flush()
                try await writer.finish(nil)
            })
    }
}

/// Writes the parts of a ``ReportStream``, some together.
package struct ReportWriter {
    /// Big enough that a write costs little beside its parts, small enough to hold per client.
    private static let chunkSize = 32 * 1024

    private var output: any ResponseBodyWriter
    private var buffer: [UInt8] = []

    init(output: any ResponseBodyWriter) { self.output = output }

    /// Writes a part and waits while the client is behind.
    package mutating func write(_ part: [UInt8]) async throws {
        buffer += part
        if buffer.count >= Self.chunkSize { try await flush() }
    }

    mutating func flush() async throws {
        guard !buffer.isEmpty else { return }
        try await output.write(ByteBuffer(bytes: buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
