import Connectors
import Domain
import Foundation
import Simulators
import Testing

/// A declared connector with everything around it.
enum GenericStage {
    /// The declaration that the documentation shows.
    static func documented() throws -> String {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: repository.appendingPathComponent("docs/generic-connector.md"), encoding: .utf8)
        let start = try #require(text.firstRange(of: "```yaml\n"))
        let end = try #require(text[start.upperBound...].firstRange(of: "```"))
        return String(text[start.upperBound..<end.lowerBound])
    }

    static func with(
        _ declaration: String, _ vendor: any Simulator, settings: [String: String] = [:],
        secret: String = UnknownEDRSettings().secret, transport: TransportSettings = .quick,
        _ body: (VendorStage) async throws -> Void
    ) async throws {
        try await VendorStage.with(
            .generic, vendor, secrets: ["secret": secret], transport: transport,
            settings: { url in
                [
                    "declaration": declaration, "base_url": url, "user": UnknownEDRSettings().user,
                    "requests_per_minute": "1000000", "overlap_seconds": "0",
                ].merging(settings) { $1 }
            }, body)
    }

    static func request(_ action: DeviceAction) -> ActionRequest {
        ActionRequest(id: UUID(), action: action, comment: "because of a test")
    }
}

extension Mirror {
    /// In the terms of the unknown EDR.
    var unknownTruth: UnknownTruth {
        var truth = UnknownTruth()
        let networks: [DeviceReport.Isolation: String] = [.none: "open", .isolated: "closed"]
        truth.machines = deviceReports.mapValues { "\($0.hostname) \(networks[$0.isolation] ?? "?")" }
        truth.packages = softwareReports.mapValues(\.package.version)
        truth.weaknesses = vulnerabilityReports.mapValues { $0.status == .open ? "OPEN" : "MENDED" }
        let phases: [AlertReport.Status: String] = [
            .new: "FRESH", .inProgress: "BEING_LOOKED_AT", .resolved: "DONE",
        ]
        truth.detections = alertReports.mapValues { phases[$0.status] ?? "?" }
        truth.checks = complianceReports.compactMapValues { $0.checks.first?.isMet }
        return truth
    }
}
