import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Doing something to a host")
struct ActionTests {
    private func simulator(
        _ change: (inout FalconAccount) -> Void = { _ in }, _ faults: FaultPlan = .none
    ) -> FalconSimulator {
        var fleet = FalconFleetSettings()
        fleet.devices = 5
        fleet.alertsPerDevice = 1
        var account = FalconAccount()
        change(&account)
        return FalconSimulator(fleet, account, faults)
    }

    private func request(_ action: DeviceAction) -> ActionRequest {
        ActionRequest(id: UUID(), action: action, comment: "because of a test")
    }

    /// Each in the order of an action's life; how many are seen depends on how busy the machine is.
    private func inOrder(_ states: [ActionState], to end: String) -> Bool {
        let life: [ActionState] = [.pending, .inProgress, .completed(end)]
        let places = states.map { life.firstIndex(of: $0) }
        return places.first == 0 && places.last == 2
            && zip(places, places.dropFirst()).allSatisfy { ($0 ?? 3) < ($1 ?? 0) }
    }

    /// Asks until the state is the last or this many have been seen.
    private func states(
        _ stage: FalconStage, _ request: ActionRequest, _ receipt: ActionReceipt
    ) async throws -> [ActionState] {
        var receipt = receipt
        var states = [receipt.state]
        for _ in 0..<500 where !receipt.state.isFinal {
            receipt.state = try await stage.connector.state(of: request, receipt)
            if states.last != receipt.state { states.append(receipt.state) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return states
    }

    @Test("isolation is pending, in progress and complete, and can be lifted")
    func isolation() async throws {
        let simulator = simulator {
            $0.visibilityDelay = 0.2
            $0.actionDelay = 0.3
        }
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            for (action, end) in [
                (DeviceAction.isolate(device: device), "contained"), (.release(device: device), "normal"),
            ] {
                let request = request(action)
                let receipt = try await stage.connector.perform(request)
                let states = try await states(stage, request, receipt)
                #expect(inOrder(states, to: end), "\(states)")
            }
        }
        #expect(simulator.actionCount(device) == 2)
    }

    @Test("a host that is isolated already is no failure, and one that is not there is")
    func isolatedAlready() async throws {
        let simulator = simulator()
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            _ = try await stage.connector.perform(request(.isolate(device: device)))
            let again = try await stage.connector.perform(request(.isolate(device: device)))
            #expect(again.state == .completed("It was so already."))
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(request(.isolate(device: "0123")))
            }
        }
    }

    @Test("an action whose answer is lost is not sent again; its outcome shows when asked")
    func lostAnswer() async throws {
        var faults = FaultPlan.none
        faults.lostAnswer = 1
        let simulator = simulator({ _ in }, faults)
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            let request = request(.isolate(device: device))
            let receipt = try await stage.connector.perform(request)
            guard case .unknown = receipt.state else { return #expect(Bool(false), "it is known") }
            #expect(try await stage.connector.state(of: request, receipt) == .completed("contained"))
        }
        #expect(simulator.actionCount(device) == 1)
    }

    @Test("under any faults an action is taken at most once, and none that was taken is forgotten", arguments: 1...20)
    func atMostOnce(seed: Int) async throws {
        var faults = FaultPlan.rough
        faults.seed = UInt64(seed)
        faults.throttleSeconds = 0
        let simulator = simulator({ _ in }, faults)
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            let request = request(.isolate(device: device))
            var receipt: ActionReceipt?
            do { receipt = try await stage.connector.perform(request) } catch is ConnectorError {}
            #expect(simulator.actionCount(device) <= 1)
            guard let receipt else { return #expect(simulator.actionCount(device) == 0) }
            if simulator.actionCount(device) == 1 {
                #expect(try await states(stage, request, receipt).last == .completed("contained"))
            }
        }
    }

    @Test("closing an alert closes it in Falcon, with the comment")
    func triage() async throws {
        let simulator = simulator()
        let alert = simulator.alertIDs[0]
        try await FalconStage.with(simulator) { stage in
            let request = request(.setAlertStatus(alert: alert, .resolved))
            let receipt = try await stage.connector.perform(request)
            #expect(try await states(stage, request, receipt).last == .completed("closed"))
        }
        #expect(simulator.truth.alerts[alert] == "closed")
        #expect(simulator.comments(alert) == ["because of a test"])
    }

    @Test("a script runs in a session, and its output is put together")
    func script() async throws {
        let simulator = simulator { $0.actionDelay = 0.2 }
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            let request = request(.runScript(device: device, name: "collect logs", arguments: "-n 5"))
            let receipt = try await stage.connector.perform(request)
            #expect(try await states(stage, request, receipt).last == .completed("ran on \(device)"))
        }
        #expect(simulator.scriptLines == [#"runscript -CloudFile="collect logs" -CommandLine="-n 5""#])
    }

    @Test("a script's name and arguments cannot become another command", arguments: ["a\" -Raw=\"b", "a\nb", "`a`"])
    func scriptInjection(text: String) async throws {
        let simulator = simulator()
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(request(.runScript(device: device, name: text, arguments: "")))
            }
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(request(.runScript(device: device, name: "a", arguments: text)))
            }
        }
        #expect(simulator.scriptLines.isEmpty)
    }

    @Test("no script runs on a host that is offline")
    func offline() async throws {
        let device = simulator().deviceIDs[0]
        let simulator = simulator { $0.offline = [device] }
        try await FalconStage.with(simulator) { stage in
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(request(.runScript(device: device, name: "a", arguments: "")))
            }
        }
    }

    @Test("a scan is followed to its end")
    func scan() async throws {
        let simulator = simulator {
            $0.visibilityDelay = 0.2
            $0.actionDelay = 0.3
        }
        try await FalconStage.with(simulator) { [device = simulator.deviceIDs[0]] stage in
            let request = request(.scan(device: device, paths: []))
            let receipt = try await stage.connector.perform(request)
            let states = try await states(stage, request, receipt)
            #expect(inOrder(states, to: "The scan is complete."), "\(states)")
        }
    }

    @Test("a missing permission is named, and nothing was done")
    func permission() async throws {
        let simulator = simulator { $0.scopes.remove(.hostsWrite) }
        let device = simulator.deviceIDs[0]
        try await FalconStage.with(simulator) { stage in
            do {
                _ = try await stage.connector.perform(request(.isolate(device: device)))
                #expect(Bool(false), "it was done")
            } catch let error as ConnectorError {
                guard case .permission(_, "Hosts: Write", _) = error else { return #expect(Bool(false), "\(error)") }
            }
        }
        #expect(simulator.actionCount(device) == 0)
    }
}
