/// The connections that all connectors share. Close it when none is in use any more.
public final class ConnectorNetwork: Sendable {
    let transport: Transport

    public init(_ settings: TransportSettings = TransportSettings()) {
        transport = Transport(clients: TransportClients(settings), settings: settings)
    }

    public func close() async throws { try await transport.clients.close() }
}
