import Domain
import Foundation
import Simulators
import Store
import TestSupport
import Testing

/// Several vendors over one estate of machines, on their bad days, read by real processes that are killed.
@Suite("Many vendors, one estate", .database, .blocking)
struct EstateSyncTests {
    private let database = TestDatabase.current

    /// Those of every run, or as many as `GARRISON_SEEDS` says.
    private static let seeds: [UInt64] = {
        let count = ProcessInfo.processInfo.environment["GARRISON_SEEDS"].flatMap { UInt64($0) } ?? 3
        return Array(1...max(1, count))
    }()

    /// Everything that goes wrong at vendors, at once.
    private static var trouble: FaultPlan {
        var plan = FaultPlan()
        plan.lostToken = 0.02
        plan.throttled = 0.02
        plan.burst = 0.02
        plan.cut = 0.02
        plan.foreign = 0.01
        plan.lostCursor = 0.05
        plan.malformed = 0.03
        plan.behind = 0.3
        plan.lag = 1
        plan.throttleSeconds = 1
        return plan
    }

    @Test(
        "under faults, and with workers killed, three syncs end in one endpoint a machine and the vendors' truth",
        arguments: seeds)
    func truth(seed: UInt64) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await database.addIntelligence()
        let estate = Estate(seed: seed, now: Date().timeIntervalSince1970 - 60)
        let meter = RequestMeter(seed: seed)
        let vendors = try await EstateVendor.all(estate, Self.trouble, meter)
        var run = EstateRun(vendors: vendors, meter: meter, folder: folder, random: SplitMix(seed))
        try await run.addAccounts()
        meter.setLiving(true)
        try await run.sync("first", full: false, kills: 3)
        for vendor in vendors { vendor.simulator.live(6, seed: run.random.next()) }
        try await run.sync("second", full: false, kills: 2)
        for vendor in vendors { vendor.simulator.live(6, seed: run.random.next()) }
        meter.setLiving(false)
        // Until all copies of the vendors have heard of it.
        try await Task.sleep(for: .seconds(Self.trouble.lag))
        try await run.sync("third", full: true, kills: 2)
        let differences = try await EstateTruth(estate: estate, vendors: vendors).differences()
        #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "; "))")
        for vendor in vendors { try await vendor.stop() }
    }
}

/// The processes of one test.
struct EstateRun {
    let database = TestDatabase.current
    let vendors: [EstateVendor]
    let meter: RequestMeter
    let folder: TestFolder
    var random: SplitMix

    private func environment(_ secrets: [String: String] = [:]) -> [String: String] {
        var environment = [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
        for (name, value) in secrets { environment["GARRISON_CONNECTOR_\(name.uppercased())"] = value }
        return environment
    }

    func addAccounts() async throws {
        for vendor in vendors {
            let settings = vendor.settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
            let added = try await Program(
                garrison: [
                    "connector", "add", "--tenant", "alpha", vendor.kind, "--name", vendor.kind, "--untried",
                ] + settings, environment: environment(vendor.secrets)
            ).end()
            guard added.status == 0 else { throw TestFailure("\(vendor.kind): \(added.complaints)") }
        }
    }

    /// Reads all accounts, by readers that are killed at random and then by one that is not.
    mutating func sync(_ name: String, full: Bool, kills: Int) async throws {
        let accounts = try await database.store.connectors.list(tenant: database.a.id)
        let began = try await moment()
        for account in accounts where account.syncedAt != nil || full {
            try await database.store.connectors.requestSync(
                account.id, full: full, tenant: database.a.id, by: database.a.administrator)
        }
        for _ in 0..<kills { try await kill(after: Int.random(in: 2...40, using: &random)) }
        let worker = try Program(garrison: ["worker"], environment: environment())
        do {
            try await waitUntil("the \(name) sync has ended; \(try await problems())", seconds: 120) {
                try await isRead(since: began)
            }
            try await waitUntil("nothing waits after the \(name) sync", seconds: 60) { try await isIdle() }
        } catch {
            await worker.stop()
            throw TestFailure("\(error); \(try await problems())")
        }
        await worker.stop()
    }

    /// Starts a worker, or a command that reads one account, and kills it when vendors have been asked so often.
    private mutating func kill(after questions: Int) async throws {
        let command =
            Int.random(in: 0..<3, using: &random) == 0
            ? [
                "connector", "sync", "--tenant", "alpha",
                vendors[Int.random(in: 0..<vendors.count, using: &random)].kind,
            ]
            : ["worker"]
        let until = meter.count + questions
        let reader = try Program(garrison: command, environment: environment())
        let deadline = ContinuousClock.now + .seconds(5)
        while reader.isRunning, meter.count < until, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        reader.signal(SIGKILL)
        _ = try await reader.end()
        // As if the dead reader's leases had run out.
        _ = try await database.store.owner.query(
            "UPDATE connectors SET locked_until = now() - interval '1 second' WHERE locked_by IS NOT NULL")
        _ = try await database.store.owner.query(
            "UPDATE jobs SET locked_until = now() - interval '1 second' WHERE state = 'running'")
    }

    /// Also has accounts that failed read again at once, as if their time had come.
    private func isRead(since began: Date) async throws -> Bool {
        _ = try await database.store.owner.query(
            """
            UPDATE connectors AS c
            SET next_sync_at = now()
            WHERE c.next_sync_at > now() AND NOT c.is_implicit AND c.locked_by IS NULL
              AND (c.last_error IS NOT NULL OR c.synced_at IS NULL OR c.synced_at < $1)
            """, [.timestamptz(began)])
        let rows = try await database.store.owner.query(
            """
            SELECT count(*)
            FROM connectors AS c
            WHERE NOT c.is_implicit AND (c.last_error IS NOT NULL OR c.synced_at IS NULL OR c.synced_at < $1
              OR c.locked_by IS NOT NULL OR EXISTS (
                SELECT FROM connector_streams AS s
                WHERE s.connector_id = c.id AND (s.full_requested_at IS NOT NULL OR s.full_finished_at IS NULL)))
            """, [.timestamptz(began)])
        return try rows[0].decode(0) == 0
    }

    private func isIdle() async throws -> Bool {
        let rows = try await database.store.owner.query(
            """
            SELECT (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running'))
              + (SELECT count(*) FROM alerts AS a
                 WHERE a.endpoint_id IS NOT NULL
                   AND (a.incident_id IS NULL OR a.handled_status IS DISTINCT FROM a.status))
              + (SELECT count(*) FROM alerts AS a
                 JOIN endpoint_sources AS s ON s.connector_id = a.connector_id AND s.device_id = a.device_id
                 WHERE a.endpoint_id IS NULL AND s.endpoint_id IS NOT NULL AND s.quarantined_at IS NULL)
            """)
        return try rows[0].decode(0) == 0
    }

    private func moment() async throws -> Date {
        try await database.store.owner.query("SELECT now()")[0].decode(0)
    }

    private func problems() async throws -> String {
        try await database.store.owner.query(
            "SELECT kind || ': ' || last_error FROM connectors WHERE last_error IS NOT NULL"
        ).map { try $0.decode(0) as String }.joined(separator: "; ")
    }
}
