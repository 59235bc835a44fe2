/// The parameters of all statements of a job in one run of bytes, encoded on the caller's task.
struct ParameterBuffer: Sendable {
    struct Entry: Sendable {
        /// Into `bytes`; -1 for NULL.
        var offset: Int32
        var length: Int32
        var oid: UInt32
        /// 0 text, 1 binary.
        var format: Int32
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    /// PostgreSQL's protocol counts parameters in 16 bits.
    static let maximumPerStatement = 65_535

    /// Appends a statement's parameters and gives their positions in `entries`.
    mutating func append(_ values: [Value]) throws(PostgresError) -> Range<Int> {
        guard values.count <= Self.maximumPerStatement else {
            throw PostgresError(.invalidParameter, detail: "\(values.count) parameters in one statement")
        }
        let start = entries.count
        entries.reserveCapacity(start + values.count)
        for value in values { try append(value) }
        return start..<entries.count
    }

    /// Appends text made of characters that need no check, such as a UUID.
    mutating func appendTrustedText(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        bytes.append(0)
        entries.append(
            Entry(offset: Int32(start), length: Int32(bytes.count - start - 1), oid: TypeOID.unspecified, format: 0))
    }

    private mutating func append(_ value: Value) throws(PostgresError) {
        if value == .null {
            entries.append(Entry(offset: -1, length: 0, oid: TypeOID.unspecified, format: 0))
            return
        }
        let start = bytes.count
        value.encode(into: &bytes)
        guard bytes.count < Int(Int32.max) else {
            throw PostgresError(.invalidParameter, detail: "parameters of more than 2 GiB")
        }
        let length = Int32(bytes.count - start)
        var format: Int32 = 1
        if case .text = value {
            try checkText(from: start)
            // libpq finds the end of text parameters by their NUL.
            bytes.append(0)
            format = 0
        } else if case .textArray = value {
            try checkArrayText(value)
        } else if length == 0 {
            // An empty value needs an address too: libpq takes nil for NULL.
            bytes.append(0)
        }
        entries.append(Entry(offset: Int32(start), length: length, oid: value.oid, format: format))
    }

    private func checkText(from start: Int) throws(PostgresError) {
        if bytes[start...].contains(0) {
            throw PostgresError(.invalidParameter, detail: "a text parameter holds a NUL byte")
        }
    }

    private func checkArrayText(_ value: Value) throws(PostgresError) {
        guard case .textArray(let items) = value else { return }
        for item in items {
            guard let text = item?.utf8,
                // The bytes as they lie: a string's own view goes through them many times slower.
                text.withContiguousStorageIfAvailable({ $0.contains(0) }) ?? text.contains(0)
            else { continue }
            throw PostgresError(.invalidParameter, detail: "a text array's element holds a NUL byte")
        }
    }
}
