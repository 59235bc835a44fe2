import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Doing something by a declaration")
struct GenericActionTests {
    private func edr(delay: Double = 0, _ faults: FaultPlan = .none) -> UnknownEDR {
        var settings = UnknownEDRSettings()
        settings.actionDelay = delay
        settings.machines = 3
        return UnknownEDR(settings, faults)
    }

    @Test("a machine is isolated and released, and the job tells")
    func isolation() async throws {
        let edr = edr(delay: 0.3)
        let machine = edr.machineIDs[0]
        try await GenericStage.with(try GenericStage.documented(), edr) { stage in
            for action in [DeviceAction.isolate(device: machine), .release(device: machine)] {
                let request = GenericStage.request(action)
                let receipt = try await stage.connector.perform(request)
                #expect(receipt.reference?.hasPrefix("j-") == true)
                let states = try await stage.states(request, receipt)
                #expect(states.first == .pending && states.last == .completed("network changed"), "\(states)")
            }
            guard
                case .refused(_, 404, _) = await stage.refusal(
                    GenericStage.request(.isolate(device: "../m-1")))
            else { return #expect(Bool(false), "it was taken") }
            for action in [DeviceAction.isolate(device: ""), .isolate(device: "..")] {
                guard case .setting = await stage.refusal(GenericStage.request(action)) else {
                    return #expect(Bool(false), "\(action) was sent")
                }
            }
            guard case .unsupported = await stage.refusal(GenericStage.request(.scan(device: machine, paths: [])))
            else {
                return #expect(Bool(false), "it was made up")
            }
        }
        #expect(edr.actionCount(machine) == 2)
    }

    @Test("under any faults an action is taken at most once, and what is uncertain is said to be", arguments: 1...12)
    func atMostOnce(seed: Int) async throws {
        var faults = FaultPlan.rough
        faults.seed = UInt64(seed)
        faults.throttleSeconds = 0
        let edr = edr(faults)
        let machine = edr.machineIDs[0]
        try await GenericStage.with(try GenericStage.documented(), edr) { stage in
            let request = GenericStage.request(.isolate(device: machine))
            var receipt: ActionReceipt?
            do { receipt = try await stage.connector.perform(request) } catch is ConnectorError {}
            #expect(edr.actionCount(machine) <= 1)
            guard let receipt else { return #expect(edr.actionCount(machine) == 0) }
            if receipt.reference != nil {
                #expect(try await stage.states(request, receipt).last == .completed("network changed"))
            } else {
                guard case .unknown = receipt.state else { return #expect(Bool(false), "\(receipt)") }
            }
        }
    }

    @Test("an action whose answer is lost is found where its status is asked by what it was for")
    func lostAnswer() async throws {
        let declaration = """
            name: N
            streams: {devices: {path: /d, fields: {source_id: a, hostname: b}}}
            actions:
              set_alert_status:
                method: PATCH
                path: /alerts/{alert}
                body: {state: "{status}", why: "{comment}", urgent: false, tries: 3, none: null}
                words: {resolved: CLOSED}
                status:
                  path: /alerts/{alert}
                  state: {path: state, words: {CLOSED: completed}, otherwise: pending}
            """
        let vendor = ScriptedVendor { request, _ in
            var answer = ScriptedVendor.json(#"{"state":"CLOSED"}"#)
            if request.method == .PATCH { answer.cutAfter = 0 }
            return answer
        }
        try await GenericStage.with(declaration, vendor) { stage in
            let request = GenericStage.request(.setAlertStatus(alert: "a/1 b", .resolved))
            let receipt = try await stage.connector.perform(request)
            guard case .unknown = receipt.state else { return #expect(Bool(false), "it is known") }
            let state = try await stage.connector.state(of: request, receipt)
            #expect(state == .completed("The vendor says that it is done."))
            guard
                case .unsupported = await stage.refusal(
                    GenericStage.request(.setAlertStatus(alert: "1", .inProgress)))
            else { return #expect(Bool(false), "a word was made up") }
        }
        #expect(vendor.requests.map(\.method) == [.PATCH, .GET])
        #expect(vendor.requests[0].path == "/alerts/a/1 b")
        #expect(
            String(decoding: vendor.requests[0].body, as: UTF8.self)
                == #"{"state":"CLOSED","why":"because of a test","urgent":false,"tries":3,"none":null}"#)
    }
}
