import Domain
import Foundation
import Simulators
import Synchronization
import TestSupport

/// A simulated vendor that is asked to do things to devices, and how an account of it is added.
struct ActionVendor: Sendable {
    /// Which one, in tests' names. Defender and Intune are one account of Microsoft's, with devices of two kinds.
    enum Name: String, CaseIterable, Sendable { case falcon, defender, intune, sentinelOne, sophos, declared }

    let kind: String
    let settings: [String: String]
    let secrets: [String: String]
    let devices: [String]
    /// What is asked for, in this order.
    let kinds: [ActionKind]
    /// What the vendor tells about afterwards, though the answer was lost: it, or the device, remembers.
    let remembered: Set<ActionKind>
    /// How often the vendor took something for a device.
    let taken: @Sendable (String) -> Int
    let server: SimulatorServer

    private static let count = 5
    private static let delay = 0.2

    static func make(_ name: Name, _ faults: FaultPlan, _ folder: TestFolder) async throws -> ActionVendor {
        switch name {
        case .falcon: try await falcon(faults)
        case .defender: try await microsoft(faults, isIntune: false)
        case .intune: try await microsoft(faults, isIntune: true)
        case .sentinelOne: try await sentinelOne(faults)
        case .sophos: try await sophos(faults)
        case .declared: try await declared(faults, folder)
        }
    }

    private static func falcon(_ faults: FaultPlan) async throws -> ActionVendor {
        var fleet = FalconFleetSettings()
        fleet.devices = count
        var account = FalconAccount()
        (account.quota, account.actionDelay) = (1_000_000, delay)
        let simulator = FalconSimulator(fleet, account, faults)
        let counter = TakenCounter(simulator) { request in
            guard request.method == .POST else { return nil }
            return request.path.contains("/devices-actions/") || request.path.contains("/scans/") ? request.text : nil
        }
        let server = try await SimulatorServer.start(counter)
        return ActionVendor(
            kind: "crowdstrike", settings: ["client_id": account.clientID, "base_url": server.url],
            secrets: ["client_secret": account.clientSecret], devices: simulator.deviceIDs,
            kinds: [.isolate, .release, .scan], remembered: [.isolate, .release], taken: counter.taken, server: server)
    }

    private static func microsoft(_ faults: FaultPlan, isIntune: Bool) async throws -> ActionVendor {
        var fleet = MicrosoftFleetSettings()
        fleet.devices = count * 2
        var account = MicrosoftAccount()
        account.defenderQuota = (1_000_000, 1_000_000)
        account.graphQuota = 1_000_000
        account.actionDelay = delay
        let simulator = MicrosoftSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(simulator)
        let kinds: [ActionKind] = isIntune ? [.sync, .scan, .updateSignatures] : [.isolate, .release, .scan]
        return ActionVendor(
            kind: "microsoft",
            settings: ["tenant_id": account.tenantID, "client_id": account.clientID, "base_url": server.url],
            secrets: ["client_secret": account.clientSecret],
            devices: Array((isIntune ? simulator.managedIDs : simulator.machineIDs).prefix(count)), kinds: kinds,
            remembered: Set(kinds), taken: { simulator.actionCount($0) }, server: server)
    }

    private static func sentinelOne(_ faults: FaultPlan) async throws -> ActionVendor {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = count
        var account = SentinelOneAccount()
        (account.quota, account.actionDelay) = (1_000_000, delay)
        let simulator = SentinelOneSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(simulator)
        return ActionVendor(
            kind: "sentinelone", settings: ["base_url": server.url, "requests_per_minute": "100000"],
            secrets: ["api_token": account.token], devices: simulator.agentIDs, kinds: [.isolate, .release, .scan],
            remembered: [.isolate, .release], taken: { simulator.actionCount($0) }, server: server)
    }

    private static func sophos(_ faults: FaultPlan) async throws -> ActionVendor {
        var fleet = SophosFleetSettings()
        fleet.devices = count
        var account = SophosAccount()
        (account.limits, account.actionDelay) = ([], delay)
        let simulator = SophosSimulator(fleet, account, faults)
        let server = try await SimulatorServer.start(simulator)
        return ActionVendor(
            kind: "sophos",
            settings: [
                "client_id": account.clientID, "base_url": server.url, "auth_url": server.url,
                "requests_per_second": "1000", "requests_per_minute": "100000", "requests_per_hour": "1000000",
            ], secrets: ["client_secret": account.clientSecret], devices: simulator.endpointIDs,
            kinds: [.isolate, .release, .scan], remembered: [.isolate, .release],
            taken: { simulator.actionCount($0) }, server: server)
    }

    /// By the declaration that the documentation shows: a job's number is in the answer alone.
    private static func declared(_ faults: FaultPlan, _ folder: TestFolder) async throws -> ActionVendor {
        var settings = UnknownEDRSettings()
        (settings.machines, settings.actionDelay) = (count, delay)
        let simulator = UnknownEDR(settings, faults)
        let server = try await SimulatorServer.start(simulator)
        let text = try String(contentsOfFile: "\(Shell.checkout)/docs/generic-connector.md", encoding: .utf8)
        guard let start = text.firstRange(of: "```yaml\n"), let end = text[start.upperBound...].firstRange(of: "```")
        else { throw TestFailure("the documentation shows no declaration") }
        let declaration = try folder.write(String(text[start.upperBound..<end.lowerBound]), to: "declaration.yaml")
        return ActionVendor(
            kind: "generic",
            settings: ["declaration": "@\(declaration)", "base_url": server.url, "user": settings.user],
            secrets: ["secret": settings.secret], devices: simulator.machineIDs, kinds: [.isolate, .release],
            remembered: [], taken: { simulator.actionCount($0) }, server: server)
    }
}

/// Counts what a simulator takes, for one that does not count itself all that is asked for.
private final class TakenCounter: Simulator {
    private let simulator: any Simulator
    private let words: @Sendable (SimulatedRequest) -> String?
    private let bodies = Mutex<[String]>([])

    /// - Parameter words: of a request that asks for something: what it says, with the device's id in it.
    init(_ simulator: any Simulator, _ words: @escaping @Sendable (SimulatedRequest) -> String?) {
        self.simulator = simulator
        self.words = words
    }

    func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        let answer = simulator.answer(request)
        if answer.status < 300, let words = words(request) { bodies.withLock { $0.append(words) } }
        return answer
    }

    @Sendable func taken(_ device: String) -> Int { bodies.withLock { $0.count { $0.contains(device) } } }
}

extension SimulatedRequest {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
