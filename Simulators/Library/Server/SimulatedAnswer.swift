/// What a simulator answers.
public struct SimulatedAnswer: Sendable {
    public var status: Int
    public var headers: [(String, String)]
    public var body: [UInt8]
    /// Closes the connection after so many bytes of the body, as broken networks do; with 0 nothing is answered.
    public var cutAfter: Int?

    public init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ status: Int, _ json: JSONText) -> SimulatedAnswer {
        SimulatedAnswer(status: status, headers: [("Content-Type", "application/json")], body: json.bytes)
    }
}
