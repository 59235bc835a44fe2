/// The connections that all connectors share. Close it when none is in use any more.
public final class ConnectorNetwork: Sendable {
    let transport: Transport

    public init(_ settings: TransportSettings = TransportSettings()) {
        transport = Transport(clients: TransportClients(settings), settings: settings)
    }

    public func close() async throws { try await transport.clients.close() }
}

extension ConnectorNetwork {
    /// Runs `body` with connections that are closed afterwards.
    public static func with<Value>(
        _ settings: TransportSettings, _ body: (ConnectorNetwork) async throws -> Value
    ) async throws -> Value {
        let network = ConnectorNetwork(settings)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(network))
        } catch {
            outcome = .failure(error)
        }
        try await network.close()
        return try outcome.get()
    }
}
