/// One SQL statement with its parameters, `$1` being the first.
public struct Statement: Sendable, Hashable {
    /// A single statement. The prepared-statement cache is keyed by this text, so values belong into
    /// `parameters`, never into the text.
    public var sql: String
    public var parameters: [Value]

    public init(_ sql: String, _ parameters: [Value] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}
