/// One thing that must work for the server to be of use.
public struct HealthCheck: Sendable {
    /// `database`, `search`.
    public let name: String
    /// Whether the server can answer without it: a failure is then shown, and the server stays ready.
    public let isOptional: Bool
    let run: @Sendable () async throws -> Void

    /// - Parameter run: throws when it does not work; bounded to ``HealthReport/timeout``.
    public init(_ name: String, isOptional: Bool = false, run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.isOptional = isOptional
        self.run = run
    }
}
