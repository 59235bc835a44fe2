/// Which part of a list is asked for.
public struct PageRequest: Sendable, Hashable {
    /// Rows when the client says nothing.
    public static let defaultLimit = 100
    /// Rows at most.
    public static let maximumLimit = 1000

    private static let limit = QueryParameter<Limit>(
        "limit", "Rows in one page.", default: .integer(defaultLimit))
    private static let cursor = QueryParameter<String>(
        "cursor", "Where to go on: taken unchanged from the Link header of the page before.")

    /// What a list's input adds to its own parameters.
    public static let parameters: [any ParameterDescribing] = [limit, cursor]

    /// 1…1000.
    public let limit: Int
    public let cursor: Cursor?

    public init(limit: Int = PageRequest.defaultLimit, cursor: Cursor? = nil) {
        self.limit = limit
        self.cursor = cursor
    }

    /// - Parameter sort: the order that the cursor must be of; nil takes any.
    public init(from request: RequestReader, sort: String? = nil) throws(RequestError) {
        limit = try request.query(Self.limit)?.value ?? Self.defaultLimit
        cursor = try request.query(Self.cursor).map { text throws(RequestError) in try Cursor(text) }
        if let sort, let cursor, cursor.sort != sort { throw .malformedCursor }
    }

    private struct Limit: ParameterValue {
        static let parameterSchema = Schema.integer(1...maximumLimit)
        static let parameterRule = "must be between 1 and \(maximumLimit)"
        let value: Int

        init?(parameter text: String) {
            guard let value = Int(text), 1...maximumLimit ~= value else { return nil }
            self.value = value
        }
    }
}
