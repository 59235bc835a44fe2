/// Where the data of a COPY … FROM STDIN is written. It belongs to the body it was given to.
public final class CopySink {
    private let task: CopyTask
    private var buffer = CopyRow()

    init(_ task: CopyTask) { self.task = task }

    /// Appends bytes in the COPY's own format (text, csv, or a whole binary stream).
    public nonisolated(nonsending) func write(_ bytes: some Sequence<UInt8>) async throws(PostgresError) {
        buffer.bytes.append(contentsOf: bytes)
        if buffer.bytes.count >= CopyChunk.size { try await flush() }
    }

    /// Appends one row of `FORMAT binary`: `encode` appends as many fields as the COPY has columns.
    public nonisolated(nonsending) func row(
        _ encode: (inout CopyRow) throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        try buffer.row(encode)
        if buffer.bytes.count >= CopyChunk.size { try await flush() }
    }

    private nonisolated(nonsending) func flush() async throws(PostgresError) {
        if Task.isCancelled { throw PostgresError(.cancelled) }
        try await task.push(buffer.takeBytes())
    }

    nonisolated(nonsending) func finish() async throws(PostgresError) {
        if buffer.isBinary { buffer.appendTrailer() }
        if !buffer.bytes.isEmpty { try await flush() }
        task.finish()
    }
}
