import Connectors
import Domain
import Foundation
import Simulators

/// A Sophos connector with everything around it.
enum SophosStage {
    static func with(
        _ vendor: any Simulator, settings: [String: String] = [:], secret: String = SophosAccount().clientSecret,
        transport: TransportSettings = .quick, _ body: (VendorStage) async throws -> Void
    ) async throws {
        try await VendorStage.with(
            .sophos, vendor, secrets: ["client_secret": secret], transport: transport,
            settings: { url in
                [
                    "client_id": SophosAccount().clientID, "base_url": url, "auth_url": url,
                    "requests_per_second": "1000000", "requests_per_minute": "1000000",
                    "requests_per_hour": "1000000",
                ].merging(settings) { $1 }
            }, body)
    }

    static func request(_ action: DeviceAction) -> ActionRequest {
        ActionRequest(id: UUID(), action: action, comment: "because of a test")
    }

    /// An account that nobody can ask too often.
    static func account(_ kind: SophosAccount.Kind = .tenant, tenants: Int = 1) -> SophosAccount {
        var account = SophosAccount()
        account.kind = kind
        account.tenants = tenants
        account.limits = []
        return account
    }
}

extension Mirror {
    /// In the terms of a simulated account.
    var sophosTruth: SophosTruth {
        var truth = SophosTruth()
        let words: [DeviceReport.Isolation: String] = [.none: "not isolated", .isolated: "isolated"]
        truth.endpoints = deviceReports.mapValues { "\($0.hostname) \(words[$0.isolation] ?? "?")" }
        truth.alerts = Set(alertReports.keys)
        truth.healths = complianceReports.compactMapValues(\.state)
        return truth
    }
}
