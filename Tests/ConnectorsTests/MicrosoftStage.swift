import Connectors
import Domain
import Foundation
import Simulators

/// A Microsoft connector with everything around it.
struct MicrosoftStage {
    let connector: any Connector
    let url: String

    /// Runs `body` with a connector to a vendor, and stops both.
    static func with(
        _ vendor: any Simulator, settings: [String: String] = [:], transport: TransportSettings = .quick,
        secrets: [String: String] = ["client_secret": MicrosoftAccount().clientSecret],
        _ body: (MicrosoftStage) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(vendor)
        let network = ConnectorNetwork(transport)
        let outcome: Result<Void, any Error>
        do {
            let account = MicrosoftAccount()
            let values = [
                "tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url,
                "requests_per_minute": "100000",
            ].merging(settings) { $1 }
            let configuration = ConnectorConfiguration(
                settings: values.filter { !$0.value.isEmpty }, secrets: secrets)
            let stage = MicrosoftStage(
                connector: try ConnectorKind.microsoft.connector(configuration, network), url: server.url)
            outcome = .success(try await body(stage))
        } catch {
            outcome = .failure(error)
        }
        try await network.close()
        try await server.stop()
        try outcome.get()
    }

    /// The first page of a stream.
    func first(_ stream: ConnectorStream) async throws -> ConnectorBatch {
        try await connector.batch(of: stream, at: StreamCheckpoint.none.next(.full, overlap: 0))
    }

    /// What reading the first devices fails with.
    func failure(_ stream: ConnectorStream = .devices) async -> ConnectorError? {
        do {
            _ = try await first(stream)
            return nil
        } catch {
            return error as? ConnectorError
        }
    }

    /// All that a full run of a stream reports.
    func all(_ stream: ConnectorStream) async throws -> MicrosoftMirror {
        var mirror = MicrosoftMirror()
        for try await batch in connector.run(stream, after: .none, .full) { mirror.store(batch, of: stream) }
        return mirror
    }

    /// The account's limits are for whoever is not in a hurry.
    static func unlimited(_ change: (inout MicrosoftAccount) -> Void = { _ in }) -> MicrosoftAccount {
        var account = MicrosoftAccount()
        account.defenderQuota = (1_000_000, 1_000_000)
        account.exportQuota = (1_000_000, 1_000_000)
        account.scriptQuota = 1_000_000
        account.graphQuota = 1_000_000
        change(&account)
        return account
    }
}
