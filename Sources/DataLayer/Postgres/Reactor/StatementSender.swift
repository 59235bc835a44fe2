import CPostgres

/// Passes statements to libpq, keeping the argument arrays from call to call.
struct StatementSender {
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var types: [UInt32] = []

    func prepare(_ entry: StatementCache.Entry, on connection: OpaquePointer) -> Bool {
        PQsendPrepare(connection, entry.name, entry.sql, Int32(entry.types.count), entry.types) == 1
    }

    /// Runs a prepared statement, or `sql` without a name; results come in binary.
    mutating func run(
        _ sql: String, name: [CChar]?, parameters: ArraySlice<ParameterBuffer.Entry>, bytes: [UInt8],
        on connection: OpaquePointer
    ) -> Bool {
        bytes.withUnsafeBytes { bytes in
            collect(parameters, bytes)
            let count = Int32(parameters.count)
            if let name {
                return PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
            }
            return PQsendQueryParams(connection, sql, count, types, values, lengths, formats, 1) == 1
        }
    }

    private mutating func collect(
        _ parameters: ArraySlice<ParameterBuffer.Entry>, _ bytes: UnsafeRawBufferPointer
    ) {
        values.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        for parameter in parameters {
            values.append(parameter.offset < 0 ? nil : base.map { $0 + Int(parameter.offset) })
            lengths.append(parameter.length)
            formats.append(parameter.format)
            types.append(parameter.oid)
        }
    }
}
