import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Doing something with SentinelOne")
struct SentinelOneActionTests {
    private func simulator(
        _ change: (inout SentinelOneAccount) -> Void = { _ in }, _ faults: FaultPlan = .none
    ) -> SentinelOneSimulator {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = 5
        fleet.threatsPerDevice = 1
        var account = SentinelOneAccount()
        change(&account)
        return SentinelOneSimulator(fleet, account, faults)
    }

    private func slow(_ account: inout SentinelOneAccount) {
        account.visibilityDelay = 0.1
        account.actionDelay = 0.3
    }

    @Test("an endpoint is cut off and connected again, and its own status tells")
    func network() async throws {
        let simulator = simulator(slow)
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            for (action, end) in [
                (DeviceAction.isolate(device: agent), "disconnected"), (.release(device: agent), "connected"),
            ] {
                let request = SentinelOneStage.request(action)
                let receipt = try await stage.connector.perform(request)
                let states = try await stage.states(request, receipt)
                #expect(states.first == .pending && states.last == .completed(end), "\(states)")
            }
        }
        #expect(simulator.actionCount(agent) == 2)
    }

    @Test("nothing affected is no success, unless it was so already", arguments: [false, true])
    func unmatched(countsUnchanged: Bool) async throws {
        let simulator = simulator { $0.countsUnchanged = countsUnchanged }
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            let request = SentinelOneStage.request(.isolate(device: agent))
            _ = try await stage.connector.perform(request)
            let again = try await stage.connector.perform(request)
            #expect(try await stage.states(request, again).last?.isFinal == true)
            guard case .refused = await stage.refusal(SentinelOneStage.request(.isolate(device: "17"))) else {
                return #expect(Bool(false), "it was not refused")
            }
        }
        #expect(simulator.actionCount(agent) == 1)
    }

    @Test("an action for nothing is never sent: without ids it would be for everything")
    func emptyFilter() async throws {
        let simulator = simulator()
        let vendor = ScriptedVendor { request, _ in simulator.answer(request) }
        try await SentinelOneStage.with(vendor) { stage in
            for action in [
                DeviceAction.isolate(device: ""), .release(device: ""), .scan(device: "", paths: []),
                .runScript(device: "", name: "collect logs", arguments: ""), .setAlertStatus(alert: "", .resolved),
                .setAlertVerdict(alert: "", .truePositive),
            ] {
                #expect(await stage.refusal(SentinelOneStage.request(action)) != nil, "\(action)")
            }
        }
        #expect(vendor.requests.allSatisfy { $0.method == .GET })
    }

    @Test("an action whose answer is lost is not sent again; its outcome shows when asked")
    func lostAnswer() async throws {
        var faults = FaultPlan.none
        faults.lostAnswer = 1
        let simulator = simulator({ _ in }, faults)
        let agent = simulator.agentIDs[0]
        let threat = simulator.threatIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            for action in [
                DeviceAction.isolate(device: agent), .scan(device: agent, paths: []),
                .setAlertStatus(alert: threat, .resolved), .setAlertVerdict(alert: threat, .falsePositive),
            ] {
                let request = SentinelOneStage.request(action)
                let receipt = try await stage.connector.perform(request)
                guard case .unknown = receipt.state else { return #expect(Bool(false), "\(action) is known") }
                guard case .completed = try await stage.connector.state(of: request, receipt) else {
                    return #expect(Bool(false), "\(action) does not show")
                }
            }
        }
        #expect(simulator.actionCount(agent) == 2)
    }

    @Test("under any faults an action is taken at most once, and none that was taken is forgotten", arguments: 1...12)
    func atMostOnce(seed: Int) async throws {
        var faults = FaultPlan.rough
        faults.seed = UInt64(seed)
        faults.throttleSeconds = 0
        let simulator = simulator({ _ in }, faults)
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            let request = SentinelOneStage.request(.isolate(device: agent))
            var receipt: ActionReceipt?
            do { receipt = try await stage.connector.perform(request) } catch is ConnectorError {}
            #expect(simulator.actionCount(agent) <= 1)
            guard let receipt else { return #expect(simulator.actionCount(agent) == 0) }
            if simulator.actionCount(agent) == 1 {
                #expect(try await stage.states(request, receipt).last == .completed("disconnected"))
            }
        }
    }

    @Test("a scan is told from the one before it, and followed to its end")
    func scan() async throws {
        let simulator = simulator { $0.actionDelay = 3_600 }
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            for _ in 0..<2 {
                let request = SentinelOneStage.request(.scan(device: agent, paths: []))
                let receipt = try await stage.connector.perform(request)
                #expect(try await stage.connector.state(of: request, receipt).isFinal == false)
                simulator.advance(seconds: 3_601)
                #expect(try await stage.states(request, receipt).last == .completed("The scan is complete."))
            }
            guard
                case .unsupported = await stage.refusal(
                    SentinelOneStage.request(.scan(device: agent, paths: ["C:\\"])))
            else { return #expect(Bool(false), "paths were taken") }
        }
    }

    @Test("a script is found by name and followed to its end")
    func script() async throws {
        let simulator = simulator(slow)
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            let request = SentinelOneStage.request(.runScript(device: agent, name: "collect logs", arguments: "-n 5"))
            let receipt = try await stage.connector.perform(request)
            #expect(
                try await stage.states(request, receipt).last == .completed("Execution completed successfully"))
            let unknown = SentinelOneStage.request(.runScript(device: agent, name: "format disk", arguments: ""))
            #expect(await stage.refusal(unknown)?.message.contains("format disk") == true)
        }
        #expect(simulator.scriptRuns == ["1700000000000000001 -n 5"])
    }

    @Test("a threat's status and verdict are set, with the comment as a note")
    func triage() async throws {
        let simulator = simulator()
        let threat = simulator.threatIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            for action in [
                DeviceAction.setAlertStatus(alert: threat, .resolved),
                .setAlertVerdict(alert: threat, .falsePositive),
            ] {
                let request = SentinelOneStage.request(action)
                let receipt = try await stage.connector.perform(request)
                #expect(try await stage.states(request, receipt).last == .completed("set"))
            }
            let ignored = SentinelOneStage.request(.setAlertVerdict(alert: threat, .ignored))
            guard case .unsupported = await stage.refusal(ignored) else {
                return #expect(Bool(false), "a word was made up")
            }
        }
        #expect(simulator.truth.threats[threat]?.hasPrefix("resolved false_positive") == true)
        #expect(simulator.notes(threat) == ["because of a test"])
    }

    @Test("a missing permission is named, and nothing was done")
    func permission() async throws {
        let simulator = simulator { $0.permissions = [.endpointsView] }
        let agent = simulator.agentIDs[0]
        try await SentinelOneStage.with(simulator) { stage in
            guard
                case .permission(_, "Endpoints: Disconnect", _) = await stage.refusal(
                    SentinelOneStage.request(.isolate(device: agent)))
            else { return #expect(Bool(false), "no permission is named") }
        }
        #expect(simulator.actionCount(agent) == 0)
    }
}
