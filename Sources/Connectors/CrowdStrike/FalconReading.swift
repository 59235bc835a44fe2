import Domain

/// Reads a single answer, of which nothing can be quarantined.
enum FalconReading {
    static func of<Value>(_ client: FalconClient, _ body: () throws(FieldRefusal) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ConnectorError.broken(
                host: client.vendor, reason: "the field \(error.field) of its answer \(error.reason)")
        }
    }
}
