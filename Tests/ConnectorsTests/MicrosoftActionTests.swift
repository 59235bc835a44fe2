import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Doing something to a device of Microsoft's")
struct MicrosoftActionTests {
    private func simulator(
        _ change: (inout MicrosoftAccount) -> Void = { _ in }, _ faults: FaultPlan = .none
    ) -> MicrosoftSimulator {
        var fleet = MicrosoftFleetSettings()
        fleet.devices = 10
        fleet.alertsPerDevice = 1
        return MicrosoftSimulator(fleet, MicrosoftStage.unlimited(change), faults)
    }

    private func request(_ action: DeviceAction) -> ActionRequest {
        ActionRequest(id: UUID(), action: action, comment: "because of a test")
    }

    /// Asks until the state is the last or this many have been seen.
    private func last(
        _ stage: MicrosoftStage, _ request: ActionRequest, _ receipt: ActionReceipt
    ) async throws -> ActionState {
        var receipt = receipt
        for _ in 0..<500 where !receipt.state.isFinal {
            // What a faulty vendor does not answer is asked again.
            do {
                receipt.state = try await stage.connector.state(of: request, receipt)
            } catch is ConnectorError {}
            try await Task.sleep(for: .milliseconds(10))
        }
        return receipt.state
    }

    @Test("isolation is followed to its end, and can be lifted")
    func isolation() async throws {
        let simulator = simulator {
            $0.visibilityDelay = 0.1
            $0.actionDelay = 0.2
        }
        let device = simulator.machineIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            for (action, end) in [
                (DeviceAction.isolate(device: device), "Isolate succeeded."),
                (.release(device: device), "Unisolate succeeded."),
                (.scan(device: device, paths: []), "RunAntiVirusScan succeeded."),
            ] {
                let request = request(action)
                let receipt = try await stage.connector.perform(request)
                #expect(receipt.state == .pending && receipt.reference != nil)
                #expect(try await last(stage, request, receipt) == .completed(end))
            }
        }
        #expect(simulator.actionCount(device) == 3)
    }

    @Test("an action that is on its way already is followed instead of sent again")
    func activeAlready() async throws {
        let simulator = simulator { $0.actionDelay = 600 }
        let device = simulator.machineIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            let first = try await stage.connector.perform(request(.isolate(device: device)))
            let again = request(.isolate(device: device))
            let receipt = try await stage.connector.perform(again)
            #expect(receipt.reference == first.reference)
            simulator.advance(seconds: 601)
            #expect(try await last(stage, again, receipt) == .completed("Isolate succeeded."))
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(request(.isolate(device: "0123")))
            }
        }
        #expect(simulator.actionCount(device) == 1)
    }

    @Test("an action whose answer is lost is not sent again; it is found by what it was asked for with")
    func lostAnswer() async throws {
        var faults = FaultPlan.none
        faults.lostAnswer = 1
        let simulator = simulator({ _ in }, faults)
        let device = simulator.machineIDs[0]
        let managed = simulator.managedIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            for action in [
                DeviceAction.isolate(device: device), .sync(device: managed), .scan(device: managed, paths: []),
            ] {
                let request = request(action)
                let receipt = try await stage.connector.perform(request)
                guard case .unknown = receipt.state else { return #expect(Bool(false), "it is known") }
                guard case .completed = try await stage.connector.state(of: request, receipt) else {
                    return #expect(Bool(false), "\(action) was not found again")
                }
            }
            // Somebody else's isolation is not ours.
            let other = request(.isolate(device: device))
            let lost = ActionReceipt(reference: nil, state: .unknown("lost"))
            #expect(try await stage.connector.state(of: other, lost) == .unknown("lost"))
        }
        #expect(simulator.actionCount(device) == 1 && simulator.actionCount(managed) == 2)
    }

    @Test("under any faults an action is taken at most once, and none that was taken is forgotten", arguments: 1...16)
    func atMostOnce(seed: Int) async throws {
        var faults = FaultPlan.rough
        faults.seed = UInt64(seed)
        faults.throttleSeconds = 0
        let simulator = simulator({ _ in }, faults)
        let device = seed.isMultiple(of: 2) ? simulator.machineIDs[0] : simulator.managedIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            let request = request(.scan(device: device, paths: []))
            var receipt: ActionReceipt?
            do { receipt = try await stage.connector.perform(request) } catch is ConnectorError {}
            #expect(simulator.actionCount(device) <= 1)
            guard let receipt else { return #expect(simulator.actionCount(device) == 0) }
            guard simulator.actionCount(device) == 1 else { return }
            guard case .completed = try await last(stage, request, receipt) else {
                return #expect(Bool(false), "it was forgotten")
            }
        }
    }

    @Test("closing an alert closes it where alerts come from", arguments: ["defender", "graph"])
    func triage(source: String) async throws {
        let simulator = simulator()
        let alert = simulator.alertIDs[0]
        try await MicrosoftStage.with(simulator, settings: ["alerts": source]) { stage in
            let request = request(.setAlertStatus(alert: alert, .resolved))
            let receipt = try await stage.connector.perform(request)
            guard case .completed(let word) = try await last(stage, request, receipt) else {
                return #expect(Bool(false), "it is open")
            }
            #expect(word.lowercased() == "resolved")
        }
        #expect(simulator.truth.alerts[alert] == "Resolved")
        #expect(simulator.comments(alert) == ["because of a test"])
    }

    @Test(
        "what an alert was found to be is set where alerts come from, with a determination where one is wanted",
        arguments: ["defender", "graph"], [nil, "Other"])
    func verdict(source: String, determination: String?) async throws {
        let simulator = simulator()
        let words: [(AlertReport.Verdict, String)] = [
            (.truePositive, "TruePositive"), (.falsePositive, "FalsePositive"),
            (.ignored, "InformationalExpectedActivity"),
        ]
        let settings = ["alerts": source, "alert_determination": determination ?? ""]
        try await MicrosoftStage.with(simulator, settings: settings) { stage in
            for ((verdict, word), alert) in zip(words, simulator.alertIDs) {
                let request = request(.setAlertVerdict(alert: alert, verdict))
                let receipt = try await stage.connector.perform(request)
                guard case .completed = try await last(stage, request, receipt) else {
                    return #expect(Bool(false), "it is not found to be \(word)")
                }
                #expect(simulator.verdict(alert) == [word, determination])
                #expect(simulator.comments(alert) == ["because of a test"])
                // What it was found to be is read again with the alerts.
                let read = try await stage.all(.alerts).alerts[alert]
                #expect(read?.verdict == verdict)
            }
        }
    }

    @Test(
        "where Graph takes no comments, or none are wanted, the status is set all the same",
        arguments: ["true", "false"])
    func withoutComments(wanted: String) async throws {
        let simulator = simulator { $0.graphTakesComments = wanted == "false" }
        let alert = simulator.alertIDs[0]
        try await MicrosoftStage.with(simulator, settings: ["alerts": "graph", "graph_comments": wanted]) { stage in
            let request = request(.setAlertStatus(alert: alert, .resolved))
            let receipt = try await stage.connector.perform(request)
            guard case .completed = try await last(stage, request, receipt) else {
                return #expect(Bool(false), "it is open")
            }
        }
        #expect(simulator.comments(alert).isEmpty)
    }

    @Test("a script runs by live response, and its output is fetched without our token")
    func script() async throws {
        let simulator = simulator { $0.actionDelay = 0.1 }
        let device = simulator.machineIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            let request = request(.runScript(device: device, name: "collect logs.ps1", arguments: "-n 5"))
            let receipt = try await stage.connector.perform(request)
            #expect(try await last(stage, request, receipt) == .completed("ran on \(device)"))
            await #expect(throws: ConnectorError.self) {
                try await stage.connector.perform(
                    self.request(.runScript(device: device, name: "a\" -x \"", arguments: "")))
            }
        }
        #expect(simulator.scripts == ["ScriptName=collect logs.ps1 Args=-n 5"])
    }

    @Test("Intune's devices report, are scanned and get definitions, and the device says when it is done")
    func intune() async throws {
        let simulator = simulator {
            $0.visibilityDelay = 0.1
            $0.actionDelay = 0.2
        }
        let device = simulator.managedIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            for (action, name) in [
                (DeviceAction.sync(device: device), "syncDevice"),
                (.scan(device: device, paths: []), "windowsDefenderScan"),
                (.updateSignatures(device: device), "windowsDefenderUpdateSignatures"),
            ] {
                let request = request(action)
                let receipt = try await stage.connector.perform(request)
                #expect(receipt.state == .pending)
                #expect(try await last(stage, request, receipt) == .completed("\(name) is done."))
            }
        }
        #expect(simulator.actionCount(device) == 3)
    }

    @Test("what one of the two cannot do is refused before anything is sent")
    func unsupported() async throws {
        let simulator = simulator()
        let machine = simulator.machineIDs[0]
        let managed = simulator.managedIDs[0]
        try await MicrosoftStage.with(simulator) { stage in
            for action in [
                DeviceAction.isolate(device: managed), .sync(device: machine), .updateSignatures(device: machine),
                .scan(device: machine, paths: ["C:\\"]), .runScript(device: managed, name: "a", arguments: ""),
            ] {
                do {
                    _ = try await stage.connector.perform(request(action))
                    #expect(Bool(false), "\(action) was done")
                } catch let error as ConnectorError {
                    guard case .unsupported = error else { return #expect(Bool(false), "\(error)") }
                }
            }
        }
        #expect(simulator.actionCount(machine) == 0 && simulator.actionCount(managed) == 0)
    }

    @Test("a missing permission is named, and nothing was done")
    func permission() async throws {
        let simulator = simulator { $0.roles.subtract([.machineIsolate, .devicesOperate]) }
        try await MicrosoftStage.with(simulator) { stage in
            for (action, name) in [
                (DeviceAction.isolate(device: simulator.machineIDs[0]), "WindowsDefenderATP: Machine.Isolate"),
                (
                    .sync(device: simulator.managedIDs[0]),
                    "Microsoft Graph: DeviceManagementManagedDevices.PrivilegedOperations.All"
                ),
            ] {
                do {
                    _ = try await stage.connector.perform(request(action))
                    #expect(Bool(false), "it was done")
                } catch let error as ConnectorError {
                    guard case .permission(_, name, _) = error else { return #expect(Bool(false), "\(error)") }
                }
            }
        }
    }
}
