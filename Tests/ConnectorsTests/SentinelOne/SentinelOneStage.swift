import Connectors
import Domain
import Foundation
import Simulators

/// A SentinelOne connector with everything around it.
enum SentinelOneStage {
    static func with(
        _ vendor: any Simulator, settings: [String: String] = [:], token: String = SentinelOneAccount().token,
        transport: TransportSettings = .quick, _ body: (VendorStage) async throws -> Void
    ) async throws {
        try await VendorStage.with(
            .sentinelOne, vendor, secrets: ["api_token": token], transport: transport,
            settings: { url in
                ["base_url": url, "requests_per_minute": "1000000"].merging(settings) { $1 }
            }, body)
    }

    static func request(_ action: DeviceAction) -> ActionRequest {
        ActionRequest(id: UUID(), action: action, comment: "because of a test")
    }
}

extension Mirror {
    /// In the terms of a simulated console.
    var sentinelOneTruth: SentinelOneTruth {
        var truth = SentinelOneTruth()
        let networks: [DeviceReport.Isolation: String] = [
            .none: "connected", .isolating: "disconnecting", .isolated: "disconnected", .releasing: "connecting",
        ]
        truth.agents = deviceReports.mapValues { "\($0.hostname) \(networks[$0.isolation] ?? "?")" }
        truth.applications = Set(softwareReports.keys)
        truth.risks = Set(vulnerabilityReports.filter { $0.value.status == .open }.keys)
        let statuses: [AlertReport.Status: String] = [
            .new: "unresolved", .inProgress: "in_progress", .resolved: "resolved",
        ]
        let mitigations: [AlertReport.Mitigation: String] = [
            .mitigated: "mitigated", .notMitigated: "not_mitigated", .benign: "marked_as_benign",
        ]
        truth.threats = alertReports.mapValues { alert in
            let verdict = alert.verdict?.rawValue ?? "undefined"
            let mitigation = alert.mitigation.flatMap { mitigations[$0] } ?? "?"
            return "\(statuses[alert.status] ?? "?") \(verdict) \(mitigation)"
        }
        truth.firewalls = complianceReports.compactMapValues { report in
            report.checks.first { $0.id == "firewall" }?.isMet
        }
        return truth
    }
}
