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

    @Test("an alert that its source lists only while it is open is resolved when it is listed no more; others stay")
    func leaves() async throws {
        let (sophos, _) = try await falcon()
        func whole(_ alerts: [AlertReport]) async throws {
            let stored = try await database.store.connectors.checkpoint(of: .alerts, sophos, tenant: tenant)
            let next = stored.next(.full, overlap: 0)
                .advanced(by: alerts.count, newest: nil, cursor: nil, at: Self.start)
            try await database.store.connectors.write(
                ConnectorBatch(.alerts(alerts), next: next), of: .alerts, after: stored, sophos, tenant: tenant)
            try await incidents.follow(tenant: tenant)
        }
        var waiting = alert("1")
        waiting.leavesWhenResolved = true
        let old = alert("2", technique: "T1486")
        try await whole([waiting, old])
        try await whole([])
        #expect(Set(try await list().map { "\($0.threatType) \($0.status)" }).count == 2)
        let statuses = try await list().map { ($0.techniques.first?.techniqueID ?? "", $0.status) }
        #expect(Dictionary(statuses) { first, _ in first } == ["T1059.001": .resolved, "T1486": .open])
        // It is there again: nobody dealt with it.
        try await whole([waiting])
        #expect(try await list().allSatisfy { $0.status == .open })
    }

    @Test(
        "opened again at the vendor before it was ever read as resolved, it is open here; what an old copy says opens nothing",
        arguments: [-3600.0, 0, 3600])
    func reopenedEarly(skew: Double) async throws {
        let (falcon, _) = try await falcon()
        // The vendor's clock is another than ours.
        let raised = Date().addingTimeInterval(skew - 60)
        try await report([alert("1", modified: raised)], falcon)
        let id = try await list()[0].id
        _ = try await incidents.update(
            id, status: .resolved, rootCause: nil, tenant: tenant, by: database.a.administrator)
        let action = try #require(try await database.store.actions.take(worker: "one", kinds: ["crowdstrike"]))
        try await database.store.actions.settle(action, .answered(.completed("closed")))
        try await incidents.follow(tenant: tenant)
        #expect(try await incidents.alerts(of: id, tenant: tenant).map(\.status) == [.resolved])
        // A page that was asked for before.
        try await report([alert("1", severity: .medium, modified: raised)], falcon)
        #expect(try await list().map(\.status) == [.resolved])
        try await report([alert("1", modified: raised.addingTimeInterval(30))], falcon)
        #expect(try await list().map(\.status) == [.open])
    }

    @Test("what a vendor refuses to resolve is told with the reason, and asked for again by resolving again")
    func refused() async throws {
        let (falcon, _) = try await falcon()
        try await report([alert("1"), alert("2")], falcon)
        let id = try await list()[0].id
        func resolve() async throws {
            _ = try await incidents.update(
                id, status: .resolved, rootCause: nil, tenant: tenant, by: database.a.administrator)
        }
        try await resolve()
        for event in [ActionLife.Event.refused("No scope."), .answered(.completed("closed"))] {
            let action = try #require(try await database.store.actions.take(worker: "one", kinds: ["crowdstrike"]))
            try await database.store.actions.settle(action, event)
        }
        let refusals = try await incidents.refusals(of: id, tenant: tenant)
        #expect(refusals.map { "\($0.source) \($0.status) \($0.reason)" } == ["falcon failed No scope."])
        #expect(try await incidents.refusals(of: id, tenant: database.b.id).isEmpty)
        try await resolve()
        #expect(try await incidents.refusals(of: id, tenant: tenant).isEmpty)
        let again = try #require(try await database.store.actions.take(worker: "one", kinds: ["crowdstrike"]))
        #expect(again.alert == refusals[0].alert.uuid)
        // Of an incident that is open again nothing was refused.
        try await database.store.actions.settle(again, .refused("No scope."))
        _ = try await incidents.update(
            id, status: .open, rootCause: nil, tenant: tenant, by: database.a.administrator)
        #expect(try await incidents.refusals(of: id, tenant: tenant).isEmpty)
    }

    @Test(
        "settings say how far apart alerts of one incident are, and whether vendors are asked; changes are in the trail"
    )
    func settings() async throws {
        let (falcon, _) = try await falcon()
        #expect(try await incidents.settings(tenant: tenant) == .standard)
        let own = IncidentSettings(windowMinutes: 10, resolvesAtVendor: false)
        try await incidents.setSettings(own, tenant: tenant, by: database.a.administrator)
        #expect(try await incidents.settings(tenant: tenant) == own)
        #expect(try await incidents.settings(tenant: database.b.id) == .standard)
        var late = alert("2")
        late.detected = Self.start.addingTimeInterval(660)
        try await report([alert("1"), late], falcon)
        #expect(try await list().count == 2)
        let id = try await list()[0].id
        _ = try await incidents.update(
            id, status: .resolved, rootCause: nil, tenant: tenant, by: database.a.administrator)
        #expect(try await database.store.actions.ofIncident(id.uuid, tenant: tenant).isEmpty)
        for minutes in [4, 43_201] {
            await #expect(throws: StoreError.self) {
                try await incidents.setSettings(
                    IncidentSettings(windowMinutes: minutes), tenant: tenant, by: database.a.administrator)
            }
        }
        let trail = try await database.store.audit.list(.init(limit: 50), tenant: tenant).items.map(\.action)
        #expect(trail.contains("incident.settings"))
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
