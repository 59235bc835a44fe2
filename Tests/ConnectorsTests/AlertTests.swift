import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Falcon's alerts")
struct AlertTests {
    private func alert(_ fields: String) async throws -> ConnectorBatch {
        let body =
            #"{"resources":[{"composite_id":"c:ind:a:1-2-3","created_timestamp":"2026-01-01T00:00:00Z",\#(fields)}]}"#
        let vendor = ScriptedVendor { request, _ in
            request.path == "/oauth2/token" ? ScriptedVendor.token : ScriptedVendor.json(body)
        }
        var batch: ConnectorBatch?
        try await FalconStage.with(vendor) { batch = try await $0.first(.alerts) }
        return try #require(batch)
    }

    private func only(_ batch: ConnectorBatch) throws -> AlertReport {
        guard case .alerts(let alerts) = batch.reports else { throw CancellationError() }
        return try #require(alerts.first)
    }

    @Test(
        "severity is the vendor's name, or the band of its number",
        arguments: [
            (#""severity":1"#, AlertReport.Severity.informational), (#""severity":19"#, .informational),
            (#""severity":20"#, .low), (#""severity":59"#, .medium), (#""severity":60"#, .high),
            (#""severity":100"#, .critical), (#""severity":10,"severity_name":"Critical""#, .critical),
            (#""severity":70,"severity_name":"Bizarre""#, .high),
        ])
    func severities(fields: String, severity: AlertReport.Severity) async throws {
        #expect(try only(await alert(fields)).severity == severity)
    }

    @Test(
        "statuses",
        arguments: [
            ("new", AlertReport.Status.new), ("New", .new), ("reopened", .new), ("in_progress", .inProgress),
            ("closed", .resolved), ("snoozed", .unknown),
        ])
    func statuses(word: String, status: AlertReport.Status) async throws {
        #expect(try only(await alert(#""severity":50,"status":"\#(word)""#)).status == status)
    }

    @Test("techniques of MITRE ATT&CK come from the list, else from the alert itself")
    func techniques() async throws {
        let listed = try only(
            await alert(
                #""severity":50,"tactic":"X","tactic_id":"CSTA0001","mitre_attack":[{"tactic_id":"TA0002","technique_id":"T1059.001"}]"#
            ))
        #expect(listed.techniques.map(\.techniqueID) == ["T1059.001"])
        let own = try only(await alert(#""severity":50,"tactic":"X","tactic_id":"CSTA0001""#))
        #expect(own.techniques.map(\.tacticID) == ["CSTA0001"])
    }

    @Test("an alert without a device, a severity or a time")
    func incomplete() async throws {
        #expect(try only(await alert(#""severity":50"#)).deviceID == nil)
        #expect(try await alert(#""status":"new""#).quarantined.map(\.field) == ["severity"])
    }
}
