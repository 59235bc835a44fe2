import Connectors
import Domain
import Simulators

/// A connector of any kind with everything around it.
struct VendorStage {
    let connector: any Connector
    let url: String

    /// Runs `body` with a connector to a vendor, and stops both.
    ///
    /// - Parameter settings: made from the vendor's address; empty ones are left out.
    static func with(
        _ kind: ConnectorKind, _ vendor: any Simulator, secrets: [String: String] = [:],
        transport: TransportSettings = .quick, settings: (String) -> [String: String],
        _ body: (VendorStage) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(vendor)
        let network = ConnectorNetwork(transport)
        let outcome: Result<Void, any Error>
        do {
            let configuration = ConnectorConfiguration(
                settings: settings(server.url).filter { !$0.value.isEmpty }, secrets: secrets)
            outcome = .success(
                try await body(VendorStage(connector: try kind.connector(configuration, network), url: server.url)))
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

    /// What an action fails with before it was sent.
    func refusal(_ request: ActionRequest) async -> ConnectorError? {
        do {
            _ = try await connector.perform(request)
            return nil
        } catch {
            return error as? ConnectorError
        }
    }

    /// The states that are seen until the last one, or until so many questions.
    func states(_ request: ActionRequest, _ receipt: ActionReceipt) async throws -> [ActionState] {
        var receipt = receipt
        var states = [receipt.state]
        for _ in 0..<300 where !receipt.state.isFinal {
            receipt.state = try await connector.state(of: request, receipt)
            if states.last != receipt.state { states.append(receipt.state) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return states
    }
}
