import Domain
import Foundation
import Simulators
import Store
import TestSupport
import Testing

/// From an alert at a simulated vendor to an incident, and back, by a real worker.
@Suite("Incidents, and vendors' alerts", .database, .blocking)
struct VendorIncidentTests {
    private let database = TestDatabase.current
    private var incidents: IncidentStore { database.store.incidents }
    private var tenant: TenantID { database.a.id }

    private func environment(_ folder: TestFolder, _ secrets: [String: String] = [:]) -> [String: String] {
        var environment = [
            "DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": "\(folder.path)/secret.key",
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
        for (name, value) in secrets { environment["GARRISON_CONNECTOR_\(name.uppercased())"] = value }
        return environment
    }

    /// Adds the account, and has it read by a worker that stays.
    private func read(_ vendor: EstateVendor, _ folder: TestFolder) async throws -> Program {
        let settings = vendor.settings.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        let added = try await Program(
            garrison: ["connector", "add", "--tenant", "alpha", vendor.kind, "--name", "edr", "--untried"] + settings,
            environment: environment(folder, vendor.secrets)
        ).end()
        guard added.status == 0 else { throw TestFailure("\(vendor.kind): \(added.complaints)") }
        return try Program(garrison: ["worker"], environment: environment(folder))
    }

    /// What changed at the vendor is read.
    private func sync() async throws {
        let account = try await database.store.connectors.named("edr", tenant: tenant)
        let before = account.syncedAt ?? .distantPast
        if account.syncedAt != nil {
            try await database.store.connectors.requestSync(
                account.id, full: false, tenant: tenant, by: database.a.administrator)
        }
        try await waitUntil("the account is read", seconds: 60) {
            let now = try await database.store.connectors.named("edr", tenant: tenant)
            if let problem = now.lastError { throw TestFailure(problem) }
            return now.syncedAt.map { $0 > before } ?? false
        }
    }

    /// Incidents of one alert each that is open, which the vendor's console has under this id.
    private func open(_ vendor: EstateVendor) async throws -> [(incident: IncidentID, alert: String)] {
        let rows = try await database.store.app.query(
            """
            SELECT i.id, a.source_id
            FROM incidents AS i
            JOIN alerts AS a ON a.tenant_id = i.tenant_id AND a.incident_id = i.id
            WHERE i.tenant_id = $1 AND i.alert_count = 1 AND i.status = 'open' AND a.status = 'new'
            ORDER BY a.source_id
            """, [.id(tenant)], tenant: tenant)
        let resolvable = vendor.resolvable
        return try rows.map { (incident: try $0.decode(0), alert: try $0.decode(1)) }
            .filter { resolvable.contains($0.alert) }
    }

    private func wait(_ incident: IncidentID, for status: IncidentStatus) async throws {
        try await waitUntil("the incident is \(status.rawValue)", seconds: 60) {
            try await incidents.find(incident, tenant: tenant).status == status
        }
    }

    private func resolve(_ incident: IncidentID) async throws {
        _ = try await incidents.update(
            incident, status: .resolved, rootCause: nil, tenant: tenant, by: database.a.administrator)
    }

    private func waitUntilResolved(_ alert: String, at vendor: EstateVendor) async throws {
        try await waitUntil("the vendor shows the alert as resolved", seconds: 60) {
            vendor.simulator.view.alerts[alert]?.status == "resolved"
        }
    }

    @Test(
        "resolved here it is resolved there, resolved there it is resolved here, and what is reopened is open again",
        arguments: ["crowdstrike", "microsoft", "microsoft graph", "sentinelone", "sophos"])
    func twoWays(kind: String) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let vendor = try await EstateVendor.one(kind)
        let worker = try await read(vendor, folder)
        do {
            try await twoWays(vendor)
            await worker.stop()
        } catch {
            await worker.stop()
            throw TestFailure("\(kind): \(error)")
        }
        try await vendor.stop()
    }

    private func twoWays(_ vendor: EstateVendor) async throws {
        try await sync()
        let read = vendor.simulator.view.alerts.count
        try await waitUntil("all alerts are in incidents", seconds: 60) {
            let rows = try await database.store.app.query(
                "SELECT count(*) FROM alerts WHERE tenant_id = $1 AND incident_id IS NOT NULL", [.id(tenant)],
                tenant: tenant)
            return try rows[0].decode(0) == read
        }
        let targets = try await open(vendor)
        try #require(targets.count >= 3, "too few alerts")
        let (here, there, refused) = (targets[0], targets[1], targets[2])
        // Resolved here.
        try await resolve(here.incident)
        try await waitUntilResolved(here.alert, at: vendor)
        try await sync()
        try await wait(here.incident, for: .resolved)
        #expect(try await incidents.refusals(of: here.incident, tenant: tenant).isEmpty)
        // Resolved there.
        vendor.simulator.work(on: there.alert, status: "resolved")
        try await sync()
        try await wait(there.incident, for: .resolved)
        // Opened again there, where that is possible: also one that was resolved from here.
        if vendor.kind != "sophos" {
            for target in [here, there] { vendor.simulator.work(on: target.alert, status: "in_progress") }
            try await sync()
            for target in [here, there] { try await wait(target.incident, for: .open) }
        }
        // Refused there: said, and done when it is asked for again.
        vendor.simulator.permitWork(false)
        try await resolve(refused.incident)
        try await waitUntil("the refusal is told", seconds: 60) {
            try await !incidents.refusals(of: refused.incident, tenant: tenant).isEmpty
        }
        let refusal = try await incidents.refusals(of: refused.incident, tenant: tenant)[0]
        #expect(refusal.status == .failed && refusal.source == "edr" && refusal.reason.contains("permission"))
        #expect(vendor.simulator.view.alerts[refused.alert]?.status == "new")
        // The vendor goes on listing it as open; a person has said that it is not.
        try await sync()
        #expect(try await incidents.find(refused.incident, tenant: tenant).status == .resolved)
        vendor.simulator.permitWork(true)
        try await resolve(refused.incident)
        try await waitUntilResolved(refused.alert, at: vendor)
        try await sync()
        try await waitUntil("nothing is refused any more", seconds: 60) {
            try await incidents.refusals(of: refused.incident, tenant: tenant).isEmpty
        }
        #expect(try await incidents.find(refused.incident, tenant: tenant).status == .resolved)
    }
}
