import Domain
import Foundation
import Simulators
import Store
import TestSupport
import Testing

/// Real workers, killed at random, and every vendor on a bad day: answers that are lost after the vendor took what was
/// asked for, 429, series of failures, tokens that are refused.
@Suite("Every vendor is asked at most once", .database, .blocking)
struct VendorActionTests {
    private let database = TestDatabase.current

    private func environment(_ folder: TestFolder, _ secrets: [String: String] = [:]) -> [String: String] {
        var environment = [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
        for (name, value) in secrets { environment["GARRISON_CONNECTOR_\(name.uppercased())"] = value }
        return environment
    }

    private static var trouble: FaultPlan {
        var plan = FaultPlan()
        plan.lostAnswer = 0.3
        plan.burst = 0.08
        plan.throttled = 0.08
        plan.lostToken = 0.03
        plan.cut = 0.03
        plan.throttleSeconds = 1
        return plan
    }

    /// An account that is not read, with an endpoint for each device.
    private func add(_ vendor: ActionVendor, _ folder: TestFolder) async throws -> [String: EndpointID] {
        let settings = vendor.settings.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        let added = try await Program(
            garrison: ["connector", "add", "--tenant", "alpha", vendor.kind, "--name", "edr", "--untried"] + settings,
            environment: environment(folder, vendor.secrets)
        ).end()
        guard added.status == 0, let id = added.lines.first.flatMap({ ConnectorID($0) }) else {
            throw TestFailure("\(vendor.kind): \(added.complaints)")
        }
        try await database.store.connectors.schedule(
            id, SyncSchedule(isPaused: true), tenant: database.a.id, by: database.a.administrator)
        let endpoints = try await database.addEndpoints(vendor.devices.count, in: database.a)
        for (endpoint, device) in zip(endpoints, vendor.devices) {
            try await database.link(device, of: id, to: endpoint, in: database.a)
        }
        return Dictionary(uniqueKeysWithValues: zip(vendor.devices, endpoints))
    }

    private func status(_ id: DecisionID) async throws -> ActionStatus {
        try await database.store.actions.find(id, tenant: database.a.id).status
    }

    /// As if leases had run out, and what is waited for had come.
    private func passTime() async throws {
        _ = try await database.store.owner.query(
            """
            UPDATE device_actions
            SET next_at = CASE WHEN next_at > now() THEN now() ELSE next_at END
            WHERE locked_by IS NULL AND status IN ('pending', 'in_progress')
            """)
    }

    private func kill(_ folder: TestFolder, whenMoving decision: DecisionID) async throws {
        let worker = try Program(garrison: ["worker"], environment: environment(folder))
        try await waitUntil("the worker sends", seconds: 30) { try await status(decision) != .pending }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...80)))
        worker.signal(SIGKILL)
        _ = try await worker.end()
        _ = try await database.store.owner.query(
            "UPDATE device_actions SET locked_until = now() - interval '1 second' WHERE locked_by IS NOT NULL")
    }

    @Test(
        "whatever breaks and whoever is killed, and what came of it is known or marked unknown",
        arguments: ActionVendor.Name.allCases)
    func atMostOnce(name: ActionVendor.Name) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var faults = Self.trouble
        faults.seed = UInt64.random(in: 1...1_000_000)
        let vendor = try await ActionVendor.make(name, faults, folder)
        let endpoints = try await add(vendor, folder)
        for (round, kind) in vendor.kinds.enumerated() {
            // What is not cut off need not be connected again: vendors say that it is so already.
            let devices = kind == .release ? vendor.devices.filter { vendor.taken($0) > 0 } : vendor.devices
            let before = devices.map(vendor.taken)
            var decisions: [DecisionID] = []
            for device in devices {
                let action = NewAction(endpoint: endpoints[device] ?? .make(), kind: kind, reason: "drill")
                decisions.append(
                    try await database.store.actions.decide(
                        action, tenant: database.a.id, by: database.a.administrator
                    ).id)
            }
            let isKilled = round == 0
            // Of what a worker was sending that died, some know not even when that was.
            let isRemembered = vendor.remembered.contains(kind) && (name != .intune || !isKilled)
            if isKilled { try await kill(folder, whenMoving: decisions[0]) }
            let worker = try Program(garrison: ["worker"], environment: environment(folder))
            do {
                try await settle(decisions)
                try await checkAgain(decisions, awaiting: { isRemembered && vendor.taken(devices[$0]) > before[$0] })
            } catch {
                await worker.stop()
                throw TestFailure("\(name), \(kind), seed \(faults.seed): \(error)")
            }
            await worker.stop()
            for (place, id) in decisions.enumerated() {
                let taken = vendor.taken(devices[place]) - before[place]
                let status = try await status(id)
                let words: Comment = "\(name), \(kind), seed \(faults.seed): taken \(taken) times, \(status)"
                #expect(taken <= 1, words)
                // What is said to be done was, and what was not said to be cannot be told.
                #expect(taken == 1 ? status == .completed || status == .unknown : status != .completed, words)
                #expect(status.isFinal || status == .unknown, words)
                if isRemembered, taken == 1 { #expect(status == .completed, words) }
            }
        }
        try await vendor.server.stop()
    }

    /// Until nothing is under way, and nobody is being asked.
    private func settle(_ decisions: [DecisionID]) async throws {
        try await waitUntil("nothing is under way", seconds: 120) {
            try await passTime()
            for id in decisions where try await status(id).isUnderWay { return false }
            return try await database.store.owner.query(
                """
                SELECT FROM device_actions
                WHERE locked_by IS NOT NULL
                  OR status IN ('in_progress', 'unknown') AND delivery = 'sent' AND next_at <= now()
                """
            ).isEmpty
        }
    }

    /// A person asks again about all that is unknown, until vendors that remember have told.
    private func checkAgain(
        _ decisions: [DecisionID], awaiting isTold: (_ place: Int) -> Bool
    ) async throws {
        try await waitUntil("what was done is known to be", seconds: 60) {
            var isKnown = true
            for (place, id) in decisions.enumerated() where try await status(id) == .unknown {
                do {
                    _ = try await database.store.actions.requestCheck(
                        id, tenant: database.a.id, by: database.a.administrator)
                } catch StoreError.conflict {
                    // It was told meanwhile.
                    isKnown = false
                }
                if isTold(place) { isKnown = false }
            }
            if !isKnown { try await Task.sleep(for: .milliseconds(200)) }
            return isKnown
        }
        try await settle(decisions)
    }
}
