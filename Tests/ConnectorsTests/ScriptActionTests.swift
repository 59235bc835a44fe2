import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// Vendors that run scripts, which are sent once, whatever becomes of the answer.
@Suite("Scripts are run at most once")
struct ScriptActionTests {
    enum Vendor: String, CaseIterable, Sendable { case falcon, microsoft, sentinelOne }

    /// A vendor, an account of it, a device, and how often scripts were run.
    private func with(
        _ vendor: Vendor, _ faults: FaultPlan,
        _ body: (VendorStage, _ device: String, _ runs: () -> Int) async throws -> Void
    ) async throws {
        switch vendor {
        case .falcon:
            var fleet = FalconFleetSettings()
            fleet.devices = 3
            let account = FalconAccount()
            let simulator = FalconSimulator(fleet, account, faults)
            try await VendorStage.with(
                .falcon, simulator, secrets: ["client_secret": account.clientSecret],
                settings: { ["client_id": account.clientID, "base_url": $0] }
            ) { try await body($0, simulator.deviceIDs[0]) { simulator.scriptLines.count } }
        case .microsoft:
            var fleet = MicrosoftFleetSettings()
            fleet.devices = 3
            let account = MicrosoftStage.unlimited()
            let simulator = MicrosoftSimulator(fleet, account, faults)
            try await VendorStage.with(
                .microsoft, simulator, secrets: ["client_secret": account.clientSecret],
                settings: { ["tenant_id": account.tenantID, "client_id": account.clientID, "base_url": $0] }
            ) { try await body($0, simulator.machineIDs[0]) { simulator.scripts.count } }
        case .sentinelOne:
            var fleet = SentinelOneFleetSettings()
            fleet.devices = 3
            let account = SentinelOneAccount()
            let simulator = SentinelOneSimulator(fleet, account, faults)
            try await VendorStage.with(
                .sentinelOne, simulator, secrets: ["api_token": account.token], settings: { ["base_url": $0] }
            ) { try await body($0, simulator.agentIDs[0]) { simulator.scriptRuns.count } }
        }
    }

    private func request(_ device: String) -> ActionRequest {
        ActionRequest(
            id: UUID(), action: .runScript(device: device, name: "collect logs", arguments: "-n 5"), comment: "a test")
    }

    @Test(
        "an answer is lost: it ran once, and it is unknown, or known when it is asked again", arguments: Vendor.allCases
    )
    func lost(vendor: Vendor) async throws {
        var faults = FaultPlan()
        faults.lostAnswer = 1
        try await with(vendor, faults) { stage, device, runs in
            let request = request(device)
            let receipt: ActionReceipt
            do {
                receipt = try await stage.connector.perform(request)
            } catch let error as ConnectorError {
                guard case .uncertain = error else { throw error }
                receipt = ActionReceipt(reference: nil, state: .unknown(error.message))
            }
            #expect(runs() == 1)
            guard case .unknown = receipt.state else { return #expect(Bool(false), "\(receipt.state)") }
            // Defender's actions carry our own id; of the others nothing tells which one it was.
            let state = try await stage.connector.state(of: request, receipt)
            if vendor == .microsoft {
                guard case .completed = state else { return #expect(Bool(false), "\(state)") }
            } else {
                guard case .unknown = state else { return #expect(Bool(false), "\(state)") }
            }
            #expect(runs() == 1)
        }
    }

    @Test(
        "429, refused tokens and failures: it ran once where it is said to, at most once where that is unknown, and else not",
        arguments: Vendor.allCases, 1...6 as ClosedRange<UInt64>)
    func troubled(vendor: Vendor, seed: UInt64) async throws {
        var faults = FaultPlan()
        (faults.throttled, faults.lostToken, faults.burst, faults.cut) = (0.2, 0.1, 0.2, 0.1)
        (faults.throttleSeconds, faults.seed) = (0, seed)
        try await with(vendor, faults) { stage, device, runs in
            do {
                let request = request(device)
                let receipt = try await stage.connector.perform(request)
                if case .unknown = receipt.state {
                    #expect(runs() <= 1, "seed \(seed)")
                } else {
                    #expect(runs() == 1, "seed \(seed)")
                }
            } catch let error as ConnectorError {
                if case .uncertain = error {
                    #expect(runs() <= 1, "seed \(seed)")
                } else {
                    #expect(runs() == 0, "seed \(seed): \(error)")
                }
            }
        }
    }
}
