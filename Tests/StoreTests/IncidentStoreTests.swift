import Domain
import FoundationEssentials
import Postgres
import Response
import Store
import TestSupport
import Testing

@Suite("Alerts become incidents", .database)
struct IncidentStoreTests {
    let database = TestDatabase.current
    var incidents: IncidentStore { database.store.incidents }
    var tenant: TenantID { database.a.id }
    private static let start = Date(timeIntervalSince1970: 1_767_268_800)

    private func alert(
        _ id: String, _ status: AlertReport.Status = .new, technique: String = "T1059.001", device: String = "f1",
        severity: AlertReport.Severity = .high, modified: Date? = nil
    ) -> AlertReport {
        AlertReport(
            sourceID: id, deviceID: device, title: "Alert \(id)", severity: severity, status: status,
            techniques: [
                .init(tacticID: "TA0002", tactic: "Execution", techniqueID: technique, technique: "Scripting")
            ], detected: Self.start, modified: modified)
    }

    /// Writes a page as a sync does, and lets incidents follow.
    private func report(_ alerts: [AlertReport], _ connector: ConnectorID) async throws {
        let stored = try await database.store.connectors.checkpoint(of: .alerts, connector, tenant: tenant)
        let next = stored.next(.changes, overlap: 0)
            .advanced(by: alerts.count, newest: Self.start, cursor: nil, at: Self.start)
        try await database.store.connectors.write(
            ConnectorBatch(.alerts(alerts), next: next), of: .alerts, after: stored, connector, tenant: tenant)
        try await incidents.follow(tenant: tenant)
    }

    private func list() async throws -> [IncidentRecord] { try await incidents.list(.init(), tenant: tenant).items }

    private func falcon() async throws -> (ConnectorID, EndpointID) {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        return (try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a), endpoint)
    }

    @Test("alerts with a technique in common are one incident, with the worst severity and their techniques")
    func grouped() async throws {
        let (falcon, endpoint) = try await falcon()
        try await report(
            [alert("1"), alert("2", technique: "T1059", severity: .critical), alert("3", technique: "T1486")], falcon)
        let all = try await list()
        #expect(all.count == 2)
        let one = try #require(all.first { $0.alertCount == 2 })
        #expect(one.severity == .critical && one.endpoint == endpoint && one.threatType == "Scripting")
        #expect(Set(one.techniques.compactMap(\.techniqueID)) == ["T1059.001", "T1059"])
        // The same page again changes nothing.
        try await report([alert("1"), alert("2", technique: "T1059", severity: .critical)], falcon)
        #expect(try await list().map(\.alertCount).sorted() == [1, 2])
        #expect(try await incidents.timeline(one.id, tenant: tenant).map(\.kind) == ["opened", "alert", "alert"])
        #expect(try await incidents.list(.init(), tenant: database.b.id).items.isEmpty)
    }

    @Test("alerts of a device that is unknown or in doubt wait, and join later")
    func waiting() async throws {
        let (falcon, endpoint) = try await falcon()
        try await report([alert("1", device: "f2")], falcon)
        #expect(try await list().isEmpty)
        try await database.link("f2", of: falcon, to: endpoint, in: database.a)
        try await incidents.follow(tenant: tenant)
        #expect(try await list().map(\.endpoint) == [endpoint])
    }

    @Test("resolved at the vendor it is resolved here, reopened there it is open here")
    func followsVendor() async throws {
        let (falcon, _) = try await falcon()
        try await report([alert("1"), alert("2")], falcon)
        try await report([alert("1", .resolved)], falcon)
        #expect(try await list().map(\.status) == [.open])
        try await report([alert("2", .resolved)], falcon)
        #expect(try await list().map(\.status) == [.resolved])
        try await report([alert("2", .inProgress)], falcon)
        #expect(try await list().map(\.status) == [.open])
        #expect(try await list()[0].resolvedAt == nil)
    }

    @Test("resolved here its alerts are resolved at the vendor, and what the vendor lists meanwhile opens nothing")
    func resolvesAtVendor() async throws {
        let (falcon, _) = try await falcon()
        try await report([alert("1"), alert("2", .resolved)], falcon)
        let id = try await list()[0].id
        _ = try await incidents.update(
            id, status: .resolved, rootCause: "a drill", tenant: tenant, by: database.a.administrator)
        let decision = try #require(try await database.store.actions.ofIncident(id.uuid, tenant: tenant).first)
        #expect(decision.actions.map(\.request.action) == [.setAlertStatus(alert: "1", .resolved)])
        // The vendor has not done it yet.
        try await report([alert("1", .inProgress)], falcon)
        #expect(try await list().map(\.status) == [.resolved])
        let action = try #require(try await database.store.actions.take(worker: "one", kinds: ["crowdstrike"]))
        try await database.store.actions.settle(action, .answered(.completed("closed")))
        try await report([alert("1", .resolved)], falcon)
        #expect(try await list().map(\.status) == [.resolved])
        // Somebody opens it again in the vendor's console, after that.
        try await report([alert("1", .new, modified: Date().addingTimeInterval(60))], falcon)
        #expect(try await list().map(\.status) == [.open])
        // Whoever opens an incident here is not overruled by alerts that have not changed.
        try await report([alert("1", .resolved)], falcon)
        #expect(try await list().map(\.status) == [.resolved])
        _ = try await incidents.update(
            id, status: .investigating, rootCause: nil, tenant: tenant, by: database.a.administrator)
        try await report([alert("1", .resolved)], falcon)
        #expect(try await list().map(\.status) == [.investigating])
        #expect(try await incidents.find(id, tenant: tenant).rootCause == "a drill")
        await #expect(throws: StoreError.self) { try await incidents.find(id, tenant: database.b.id) }
    }

    @Test("an incident whose endpoint was isolated for it is contained")
    func contained() async throws {
        let (falcon, endpoint) = try await falcon()
        try await report([alert("1")], falcon)
        let id = try await list()[0].id
        _ = try await database.store.actions.decide(
            NewAction(endpoint: endpoint, kind: .isolate, reason: "", incident: id.uuid), tenant: tenant,
            by: database.a.administrator)
        let action = try #require(try await database.store.actions.take(worker: "one", kinds: ["crowdstrike"]))
        try await database.store.actions.settle(action, .answered(.completed("contained")))
        try await incidents.follow(tenant: tenant)
        #expect(try await list().map(\.status) == [.contained])
        #expect(try await incidents.timeline(id, tenant: tenant).contains { $0.kind == "action" })
    }
}
