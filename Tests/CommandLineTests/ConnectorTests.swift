import Foundation
import Simulators
import TestSupport
import Testing

@Suite("garrison connector", .blocking)
struct ConnectorTests {
    private func run(
        _ arguments: [String], _ server: SimulatorServer, _ account: FalconAccount = FalconAccount(),
        secret: String? = nil
    ) throws -> GarrisonProcess {
        try GarrisonProcess.run(
            ["connector"] + arguments + ["--set", "client_id=\(account.clientID)", "--set", "base_url=\(server.url)"],
            environment: ["GARRISON_CONNECTOR_CLIENT_SECRET": secret ?? account.clientSecret])
    }

    @Test("kinds are listed with their settings, and which are secret")
    func kinds() throws {
        let result = try GarrisonProcess.run(["connector", "kinds"])
        #expect(result.output.contains("crowdstrike: CrowdStrike Falcon"))
        #expect(result.output.contains("client_secret, required, secret: "))
        let json = try GarrisonProcess.run(["connector", "kinds", "--json"]).json(as: [[String: Any]].self)
        #expect(json.first?["id"] as? String == "crowdstrike")
    }

    @Test("a check names what is missing, and its exit code says that something is")
    func check() async throws {
        let whole = try await SimulatorServer.start(FalconSimulator(FalconFleetSettings()))
        let granted = try run(["check", "crowdstrike"], whole)
        #expect(granted.status == 0)
        #expect(granted.output.lines.count == 5 && granted.output.lines.allSatisfy { $0.hasPrefix("ok ") })
        let refused = try run(["check", "crowdstrike"], whole, secret: "wrong-secret")
        #expect(refused.status == 1 && refused.complaints.contains("does not accept the credentials"))
        #expect(!refused.complaints.contains("wrong-secret"))
        try await whole.stop()
        var account = FalconAccount()
        account.scopes.remove(.assetsRead)
        let partial = try await SimulatorServer.start(FalconSimulator(FalconFleetSettings(), account))
        let result = try run(["check", "crowdstrike"], partial)
        #expect(result.status == 1 && result.output.contains("missing  Assets: Read"))
        try await partial.stop()
    }

    @Test("devices are printed, a line each, and with a checkpoint only what changed after that")
    func read() async throws {
        var fleet = FalconFleetSettings()
        fleet.devices = 40
        let simulator = FalconSimulator(fleet)
        let server = try await SimulatorServer.start(simulator)
        let folder = try TestFolder()
        defer { folder.remove() }
        let arguments = [
            "read", "crowdstrike", "devices", "--set", "page_size=15", "--set", "overlap_seconds=0", "--checkpoint",
            "\(folder.path)/devices.json",
        ]
        let first = try run(arguments, server)
        #expect(first.status == 0 && first.output.lines.count == 40)
        #expect(first.complaints.contains("40 devices, 0 left out as malformed"))
        let device = try #require(first.output.lines.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(device.utf8)) as? [String: Any])
        #expect(object["source_id"] is String && object["mac_addresses"] is [String])
        simulator.live(30, seed: 3)
        let second = try run(arguments, server)
        #expect(second.status == 0 && !second.output.isEmpty && second.output.lines.count < 30)
        let third = try run(arguments + ["--full"], server)
        #expect(third.output.lines.count == simulator.truth.hosts.count)
        try await server.stop()
    }

    @Test("a secret on the command line is refused")
    func secretInArguments() throws {
        let result = try GarrisonProcess.run(
            ["connector", "check", "crowdstrike", "--set", "client_id=a", "--set", "client_secret=b"])
        #expect(result.status == 1 && result.complaints.contains("GARRISON_CONNECTOR_CLIENT_SECRET"))
    }
}
