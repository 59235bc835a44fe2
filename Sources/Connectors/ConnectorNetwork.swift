import AsyncHTTPClient

/// The connections that all connectors share. Close it when none is in use any more.
public final class ConnectorNetwork: Sendable {
    let transport: Transport

    public init(_ settings: TransportSettings = TransportSettings()) {
        transport = Transport(client: Transport.client(settings), settings: settings)
    }

    public func close() async throws { try await transport.client.shutdown() }
}
