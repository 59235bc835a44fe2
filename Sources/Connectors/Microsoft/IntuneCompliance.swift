import Domain
import FoundationEssentials

/// Whether devices meet Intune's policies: of each device its policies and their settings, its configurations or
/// baselines, and its required applications. Always whole.
enum IntuneCompliance: MicrosoftListing {
    static let stream = ConnectorStream.compliance
    static let name = "compliance"
    static let permission = "Microsoft Graph: DeviceManagementConfiguration.Read.All"
    static let purpose = "Without it compliance is read without its reasons."

    static let standard = "intune"
    /// Devices, of which each needs several questions.
    private static let largestPage = 20
    private static let fields = "id,complianceState,lastSyncDateTime,userId"

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsIntune }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get("/v1.0/deviceManagement/deviceCompliancePolicies", [("$top", "1")], permission: permission), .graph)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<ComplianceReport> {
        let page = try await page(place, client, .graph) {
            .get(
                IntuneDevices.path,
                [("$top", "\(min(client.settings.pageSize, largestPage))"), ("$select", fields)],
                permission: permission)
        }
        let devices = page.elements.compactMap { try? VendorRecord(page.bytes, $0) }
        let states = try await IntuneStates.read(devices, client, permission: permission)
        let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try report(record, states) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [ComplianceReport]) -> ConnectorReports { .compliance(reports) }

    private static func report(
        _ record: VendorRecord, _ states: [String: IntuneStates]
    ) throws(FieldRefusal) -> ComplianceReport {
        let id = try record.requiredText("id")
        var checks: [ComplianceReport.Check] = []
        for policy in states[id]?.policies ?? [] { checks += try self.checks(policy) }
        var report = ComplianceReport(
            deviceID: id, standard: standard, score: nil, checks: checks,
            checked: try record.date("lastSyncDateTime"))
        report.state = try record.text("complianceState")
        report.baseline = try worst(states[id]?.configurations ?? [])
        if let apps = states[id]?.apps { report.requiredApps = try required(apps) }
        return report
    }

    /// A policy, and what of it is not met. What is not for the device is left out.
    private static func checks(_ policy: IntuneStates.Policy) throws(FieldRefusal) -> [ComplianceReport.Check] {
        let id = try policy.record.requiredText("id")
        let isMet = try self.isMet(policy.record)
        guard let isMet else { return [] }
        var checks = [
            ComplianceReport.Check(id: id, title: try policy.record.text("displayName") ?? id, isMet: isMet.value)
        ]
        for setting in policy.settings {
            guard let isMet = try self.isMet(setting), isMet.value == false,
                let name = try setting.text(anyOf: "setting", "settingName")
            else { continue }
            checks.append(
                ComplianceReport.Check(
                    id: "\(id)/\(name)", title: try setting.text("settingName") ?? name, isMet: false))
        }
        return checks
    }

    private struct Verdict { let value: Bool? }

    /// Nil for what is not for the device; without a value where Intune cannot tell.
    private static func isMet(_ record: VendorRecord) throws(FieldRefusal) -> Verdict? {
        let state = try record.text("state")
        if let state, MicrosoftWords.notForIt.contains(state.lowercased()) { return nil }
        return Verdict(value: MicrosoftWords.ours(state, in: MicrosoftWords.compliance))
    }

    /// Of the states of several configurations the one that matters most, as Microsoft writes it.
    private static func worst(_ records: [VendorRecord]) throws(FieldRefusal) -> String? {
        var states: [String] = []
        for record in records {
            if let state = try record.text("state"), !MicrosoftWords.notForIt.contains(state.lowercased()) {
                states.append(state)
            }
        }
        for word in MicrosoftWords.worstFirst {
            if let state = states.first(where: { $0.lowercased() == word.lowercased() }) { return state }
        }
        return states.first
    }

    private static func required(_ apps: [VendorRecord]) throws(FieldRefusal) -> [String: String] {
        var required: [String: String] = [:]
        for app in apps {
            guard let intent = try app.text("mobileAppIntent")?.lowercased(), intent.hasPrefix("required"),
                intent != "requireduninstall", let name = try app.text(anyOf: "displayName", "applicationId")
            else { continue }
            required[name] = try app.text("installState") ?? "unknown"
        }
        return required
    }
}
