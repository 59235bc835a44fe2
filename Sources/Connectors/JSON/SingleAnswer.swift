import Domain

/// Reads a single answer, of which nothing can be quarantined.
enum SingleAnswer {
    static func read<Value>(_ vendor: String, _ body: () throws(FieldRefusal) -> Value) throws(ConnectorError) -> Value
    {
        do {
            return try body()
        } catch {
            throw .broken(host: vendor, reason: "the field \(error.field) of its answer \(error.reason)")
        }
    }
}
