import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Doing something with Sophos")
struct SophosActionTests {
    private func simulator(
        _ change: (inout SophosAccount) -> Void = { _ in }, _ faults: FaultPlan = .none,
        kind: SophosAccount.Kind = .partner
    ) -> SophosSimulator {
        var fleet = SophosFleetSettings()
        fleet.devices = 8
        fleet.alertsPerDevice = 1
        var account = SophosStage.account(kind, tenants: kind == .tenant ? 1 : 2)
        change(&account)
        return SophosSimulator(fleet, account, faults)
    }

    @Test(
        "an endpoint is isolated and released, and its own record tells",
        arguments: [SophosAccount.Kind.tenant, .partner])
    func isolation(kind: SophosAccount.Kind) async throws {
        let simulator = simulator({ $0.actionDelay = 0.3 }, kind: kind)
        let device = try #require(simulator.endpointIDs.last)
        try await SophosStage.with(simulator) { stage in
            for (action, end) in [
                (DeviceAction.isolate(device: device), "isolated"), (.release(device: device), "not isolated"),
            ] {
                let request = SophosStage.request(action)
                let receipt = try await stage.connector.perform(request)
                let states = try await stage.states(request, receipt)
                // How many are seen depends on how busy the machine is.
                #expect(states.first == .pending && states.last == .completed(end), "\(states)")
            }
            guard case .refused = await stage.refusal(SophosStage.request(.isolate(device: "no/such"))) else {
                return #expect(Bool(false), "nothing was isolated")
            }
        }
        #expect(simulator.actionCount(device) == 2)
    }

    @Test("a scan is over when an event says so, and not by an earlier one's")
    func scan() async throws {
        let simulator = simulator()
        let device = simulator.endpointIDs[0]
        try await SophosStage.with(simulator) { stage in
            let request = SophosStage.request(.scan(device: device, paths: []))
            let first = try await stage.connector.perform(request)
            #expect(try await stage.states(request, first).last == .completed("The scan is complete."))
            // Long enough for any machine: the event of the first is there, that of this one is not.
            simulator.change { $0.actionDelay = 3_600 }
            try await Task.sleep(for: .milliseconds(5))
            let second = try await stage.connector.perform(request)
            #expect(try await stage.connector.state(of: request, second) == .inProgress)
        }
        #expect(simulator.actionCount(device) == 2)
    }

    @Test("an alert is resolved by an action that it allows, or not at all")
    func alerts() async throws {
        let simulator = simulator()
        try await SophosStage.with(simulator) { stage in
            for action in ["acknowledge", "clearThreat"] {
                let alert = try #require(simulator.alertIDs(allowing: action).first)
                let request = SophosStage.request(.setAlertStatus(alert: alert, .resolved))
                let receipt = try await stage.connector.perform(request)
                #expect(try await stage.states(request, receipt).last == .completed("The alert is there no more."))
                #expect(simulator.message(alert) == "\(action): because of a test")
            }
            let stubborn = try #require(simulator.alertIDs(allowing: "").first)
            let refusal = await stage.refusal(SophosStage.request(.setAlertStatus(alert: stubborn, .resolved)))
            #expect(refusal?.message.contains("allows nothing") == true)
            for action in [
                DeviceAction.setAlertStatus(alert: stubborn, .inProgress),
                .runScript(device: simulator.endpointIDs[0], name: "a", arguments: ""),
            ] {
                guard case .unsupported = await stage.refusal(SophosStage.request(action)) else {
                    return #expect(Bool(false), "\(action)")
                }
            }
        }
    }

    @Test("an action whose answer is lost is not sent again; its outcome shows when asked")
    func lostAnswer() async throws {
        var faults = FaultPlan.none
        faults.lostAnswer = 1
        let simulator = simulator({ _ in }, faults)
        let device = simulator.endpointIDs[0]
        let alert = try #require(simulator.alertIDs(allowing: "acknowledge").first)
        try await SophosStage.with(simulator) { stage in
            for action in [
                DeviceAction.isolate(device: device), .scan(device: device, paths: []),
                .setAlertStatus(alert: alert, .resolved),
            ] {
                let request = SophosStage.request(action)
                let receipt = try await stage.connector.perform(request)
                guard case .unknown = receipt.state else { return #expect(Bool(false), "\(action) is known") }
                guard case .completed = try await stage.connector.state(of: request, receipt) else {
                    return #expect(Bool(false), "\(action) does not show")
                }
            }
        }
        #expect(simulator.actionCount(device) == 2 && simulator.actionCount(alert) == 1)
    }

    @Test("under any faults an action is taken at most once, and none that was taken is forgotten", arguments: 1...12)
    func atMostOnce(seed: Int) async throws {
        var faults = FaultPlan.rough
        faults.seed = UInt64(seed)
        faults.throttleSeconds = 0
        let simulator = simulator({ _ in }, faults)
        let device = simulator.endpointIDs[0]
        try await SophosStage.with(simulator) { stage in
            let request = SophosStage.request(.isolate(device: device))
            var receipt: ActionReceipt?
            do { receipt = try await stage.connector.perform(request) } catch is ConnectorError {}
            #expect(simulator.actionCount(device) <= 1)
            guard let receipt else { return #expect(simulator.actionCount(device) == 0) }
            if simulator.actionCount(device) == 1 {
                #expect(try await stage.states(request, receipt).last == .completed("isolated"))
            }
        }
    }
}
