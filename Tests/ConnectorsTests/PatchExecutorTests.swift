import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Patches by an EDR")
struct PatchExecutorTests {
    private func work(_ device: String, kind: PatchJob.Kind = .install, packages: [PatchOrder.Package]? = nil)
        -> PatchWork
    {
        PatchWork(
            id: UUID(), job: PatchJob(deployment: .make(), endpoint: .make(), kind: kind, attempt: 1), device: device,
            tool: packages == [] ? nil : .apt,
            packages: packages ?? [.init(name: "libssl3", version: "3.0.11-1~deb12u2", installed: "3.0.9-1")],
            updates: packages == [] ? ["KB5034441"] : [], reboot: RebootPolicy(.never), comment: "a test")
    }

    private func line(_ work: PatchWork) -> String {
        "\(work.job.kind.rawValue) --job \(work.job) --tool apt --reboot never libssl3=3.0.11-1~deb12u2"
    }

    /// Asks until there is an end.
    private func end(_ executor: some PatchExecutor, _ work: PatchWork, _ receipt: ActionReceipt) async throws
        -> ActionState
    {
        var state = receipt.state
        for _ in 0..<200 where !state.isFinal {
            try await Task.sleep(for: .milliseconds(50))
            state = try await executor.state(of: work, receipt)
        }
        return state
    }

    @Test("Falcon runs the named script with the packages as its arguments, and its end is told")
    func falcon() async throws {
        let account = FalconAccount()
        let simulator = FalconSimulator(FalconFleetSettings(), account, FaultPlan())
        try await VendorStage.with(
            .falcon, simulator, secrets: ["client_secret": account.clientSecret],
            settings: { ["client_id": account.clientID, "base_url": $0] }
        ) { stage in
            let executor = ScriptPatchExecutor(stage.connector, kind: "crowdstrike", script: "garrison-patch")
            let work = work(simulator.deviceIDs[0], kind: .rollback)
            let receipt = try await executor.begin(work)
            guard case .completed = try await end(executor, work, receipt) else {
                Issue.record("it did not end")
                return
            }
            #expect(
                simulator.scriptLines == [
                    "runscript -CloudFile=\"garrison-patch\" -CommandLine=\"\(line(work))\""
                ])
        }
    }

    @Test("Defender runs it by live response; what only Intune manages fetches its updates, and goes back to nothing")
    func microsoft() async throws {
        let account = MicrosoftStage.unlimited()
        let simulator = MicrosoftSimulator(MicrosoftFleetSettings(), account, FaultPlan())
        try await VendorStage.with(
            .microsoft, simulator, secrets: ["client_secret": account.clientSecret],
            settings: { ["tenant_id": account.tenantID, "client_id": account.clientID, "base_url": $0] }
        ) { stage in
            let executor = ScriptPatchExecutor(
                stage.connector, kind: "microsoft", script: "patch.ps1", ordersUpdates: true)
            let work = work(simulator.machineIDs[0])
            guard case .completed = try await end(executor, work, try await executor.begin(work)) else {
                Issue.record("it did not end")
                return
            }
            #expect(simulator.scripts == ["ScriptName=patch.ps1 Args=\(line(work))"])
            let managed = simulator.managedIDs[0]
            #expect(try await executor.begin(self.work(managed, packages: [])).state == .pending)
            #expect(simulator.actionCount(managed) == 1)
            await #expect(throws: PatchExecutorError.self) {
                try await executor.begin(self.work(managed, kind: .rollback, packages: []))
            }
            await #expect(throws: PatchExecutorError.self) { try await executor.begin(self.work(managed)) }
            let silent = ScriptPatchExecutor(stage.connector, kind: "microsoft", script: "patch.ps1")
            await #expect(throws: PatchExecutorError.self) {
                try await silent.begin(self.work(managed, packages: []))
            }
            #expect(simulator.actionCount(managed) == 1)
        }
    }

    @Test("SentinelOne runs it once, also when the answer is lost")
    func sentinelOne() async throws {
        var faults = FaultPlan()
        faults.lostAnswer = 1
        let account = SentinelOneAccount()
        let simulator = SentinelOneSimulator(SentinelOneFleetSettings(), account, faults)
        try await VendorStage.with(
            .sentinelOne, simulator, secrets: ["api_token": account.token], settings: { ["base_url": $0] }
        ) { stage in
            let executor = ScriptPatchExecutor(stage.connector, kind: "sentinelone", script: "collect logs")
            let receipt = try await executor.begin(work(simulator.agentIDs[0]))
            guard case .unknown = receipt.state else {
                Issue.record("\(receipt)")
                return
            }
            #expect(simulator.scriptRuns.count == 1)
        }
    }

    @Test("who runs no scripts says so, and so does an account without one, or a version that is no plain word")
    func refusals() async throws {
        let account = FalconAccount()
        let simulator = FalconSimulator(FalconFleetSettings(), account, FaultPlan())
        try await VendorStage.with(
            .falcon, simulator, secrets: ["client_secret": account.clientSecret],
            settings: { ["client_id": account.clientID, "base_url": $0] }
        ) { stage in
            func refusal(_ kind: String, _ script: String?, version: String = "1") async throws -> String {
                do {
                    let executor = ScriptPatchExecutor(stage.connector, kind: kind, script: script)
                    _ = try await executor.begin(
                        work(simulator.deviceIDs[0], packages: [.init(name: "a", version: version)]))
                    return ""
                } catch let error as PatchExecutorError {
                    return error.message
                }
            }
            let (other, none) = (try await refusal("sophos", "x"), try await refusal("crowdstrike", nil))
            #expect(other.contains("run no scripts") && none.contains("No script is named"))
            for version in ["1 --force", "1\" -Raw=\"x", "1`id`", "1;reboot", "$(id)"] {
                let reason = try await refusal("crowdstrike", "x", version: version)
                #expect(reason.contains("plain word"))
            }
            let executor = ScriptPatchExecutor(stage.connector, kind: "crowdstrike", script: "x")
            await #expect(throws: PatchExecutorError.self) {
                try await executor.begin(work(simulator.deviceIDs[0], packages: [.init(name: "--force", version: nil)]))
            }
            #expect(simulator.scriptLines.isEmpty)
        }
    }

    @Test("a script that an account names stands between quotation marks, and is no option")
    func names() async throws {
        let network = ConnectorNetwork()
        let settings = ["base_url": "https://x.sentinelone.net"]
        for name in ["-Raw", "a\"b", "a`b", "$(a)"] {
            #expect(throws: ConnectorError.self) {
                try ConnectorKind.sentinelOne.connector(
                    ConnectorConfiguration(
                        settings: settings.merging(["patch_script": name]) { $1 }, secrets: ["api_token": "x"]), network
                )
            }
        }
        try await network.close()
    }
}
