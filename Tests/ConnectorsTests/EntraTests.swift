import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Devices of Microsoft Entra")
struct EntraTests {
    private func with(
        _ simulator: MicrosoftSimulator, pageSize: Int = 999, _ body: (any Connector) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(simulator)
        let network = ConnectorNetwork(.quick)
        let outcome: Result<Void, any Error>
        do {
            let account = MicrosoftAccount()
            let configuration = ConnectorConfiguration(
                settings: [
                    "tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url,
                    "requests_per_minute": "100000", "page_size": "\(pageSize)",
                ], secrets: ["client_secret": account.clientSecret])
            outcome = .success(try await body(try ConnectorKind.entra.connector(configuration, network)))
        } catch {
            outcome = .failure(error)
        }
        try await network.close()
        try await server.stop()
        try outcome.get()
    }

    private func fleet() -> MicrosoftFleetSettings {
        var fleet = MicrosoftFleetSettings()
        fleet.devices = 40
        return fleet
    }

    @Test(
        "devices are read whole, in pages of any size, with Entra's id; those that are switched off are none",
        arguments: [1, 7, 999])
    func reads(pageSize: Int) async throws {
        let simulator = MicrosoftSimulator(fleet(), MicrosoftStage.unlimited())
        try await with(simulator, pageSize: pageSize) { connector in
            var found: [String: String] = [:]
            for try await batch in connector.run(.devices, after: .none, .full) {
                guard case .devices(let devices) = batch.reports else { continue }
                for device in devices {
                    found[device.sourceID] = device.directoryID
                    #expect(device.product == "entra" && ["windows", "macos", "linux", "ios"].contains(device.os.type))
                }
            }
            #expect(found == simulator.directoryDevices && found.count < 40)
            #expect(connector.streams == [.devices])
        }
    }

    @Test("faults of the vendor's bad days lose and double nothing", arguments: 1...5 as ClosedRange<UInt64>)
    func faults(seed: UInt64) async throws {
        var faults = FaultPlan.rough
        faults.seed = seed
        faults.throttleSeconds = 0
        let simulator = MicrosoftSimulator(fleet(), MicrosoftStage.unlimited(), faults)
        try await with(simulator, pageSize: 7) { connector in
            // By the full run that a device was last seen in: what an earlier one saw has disappeared.
            var found: [String: (run: Int, id: String?)] = [:]
            var checkpoint = StreamCheckpoint.none.next(.full, overlap: 0)
            var failures = 0
            while !checkpoint.isComplete {
                do {
                    let batch = try await connector.batch(of: .devices, at: checkpoint)
                    if case .devices(let devices) = batch.reports {
                        for device in devices { found[device.sourceID] = (checkpoint.run, device.directoryID) }
                    }
                    checkpoint = batch.next
                } catch let error as ConnectorError {
                    failures += 1
                    guard failures < 200 else { throw error }
                }
            }
            let listed = found.filter { $0.value.run == checkpoint.run }.compactMapValues(\.id)
            #expect(listed == simulator.directoryDevices)
        }
    }

    @Test("without the permission, the check names it")
    func permission() async throws {
        let account = MicrosoftStage.unlimited { $0.roles.remove(.directoryRead) }
        try await with(MicrosoftSimulator(fleet(), account)) { connector in
            let checks = try await connector.check()
            #expect(checks.count == 1 && checks[0].problem?.contains("Device.Read.All") == true)
        }
    }
}
