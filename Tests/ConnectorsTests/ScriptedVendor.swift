import Connectors
import Domain
import Foundation
import Simulators
import Synchronization

/// A vendor that answers as a test says, and remembers what it was asked.
final class ScriptedVendor: Simulator {
    private let asked = Mutex<[SimulatedRequest]>([])
    private let script: @Sendable (SimulatedRequest, Int) -> SimulatedAnswer

    /// - Parameter script: gets the request and how many came before it.
    init(_ script: @escaping @Sendable (SimulatedRequest, Int) -> SimulatedAnswer) { self.script = script }

    var requests: [SimulatedRequest] { asked.withLock { $0 } }
    func requests(_ path: String) -> [SimulatedRequest] { requests.filter { $0.path == path } }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        let ordinal = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        return script(request, ordinal)
    }

    static func json(_ text: String, status: Int = 200, _ headers: (String, String)...) -> SimulatedAnswer {
        SimulatedAnswer(status: status, headers: headers, body: Array(text.utf8))
    }

    static let token = json(#"{"access_token":"t","token_type":"bearer","expires_in":1799}"#, status: 201)
    static let noHosts = json(#"{"meta":{"pagination":{"total":0}},"resources":[],"errors":null}"#)
}

/// A Falcon connector with everything around it.
struct FalconStage {
    let connector: any Connector
    let url: String

    /// Runs `body` with a connector to a vendor, and stops both.
    static func with(
        _ vendor: any Simulator, settings: [String: String] = [:], transport: TransportSettings = .quick,
        secret: String = FalconAccount().clientSecret, _ body: (FalconStage) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(vendor)
        let network = ConnectorNetwork(transport)
        let outcome: Result<Void, any Error>
        do {
            let values = ["client_id": FalconAccount().clientID, "base_url": server.url].merging(settings) { $1 }
            let configuration = ConnectorConfiguration(
                settings: values.filter { !$0.value.isEmpty }, secrets: ["client_secret": secret])
            let stage = FalconStage(
                connector: try ConnectorKind.falcon.connector(configuration, network), url: server.url)
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

    /// What reading the first hosts fails with.
    func failure() async -> ConnectorError? {
        do {
            _ = try await first(.devices)
            return nil
        } catch {
            return error as? ConnectorError
        }
    }
}

extension TransportSettings {
    /// Waits too short to notice.
    static var quick: TransportSettings {
        var settings = TransportSettings()
        settings.backoff = .milliseconds(1)
        return settings
    }
}
