import Domain
import FoundationEssentials

/// Sophos Central.
struct SophosConnector: Connector {
    private let client: SophosClient
    private let actions: SophosActions

    init(_ settings: SophosSettings, transport: Transport) {
        client = SophosClient(settings, transport: transport)
        actions = SophosActions(client: client)
    }

    /// In the order of reading. Installed software and vulnerabilities are not told endpoint by endpoint.
    private static let listings: [any SophosListing.Type] = [
        SophosEndpoints.self, SophosAlerts.self, SophosHealth.self,
    ]

    var streams: [ConnectorStream] { Self.listings.map { $0.stream } }
    var overlap: Double { client.settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        for listing in Self.listings where listing.stream == stream {
            return try await listing.batch(at: checkpoint, client)
        }
        throw ConnectorError.unsupported(vendor: client.vendor, action: stream.rawValue)
    }

    func check() async throws -> [AccessCheck] {
        let account = try await client.found()
        let count = account.tenants.count
        var checks = [
            AccessCheck(
                permission: account.hasSeveral ? "Tenants: Read, \(count) read" : "Tenant \(account.tenants[0].id)",
                purpose: "Without it nothing is read.")
        ]
        for listing in Self.listings where !checks.contains(where: { $0.permission == listing.permission }) {
            for part in 0..<listing.parts(client.settings) {
                let permission = part == 0 ? listing.permission : "SIEM integration: Read"
                let purpose = part == 0 ? listing.purpose : "Without it no events are read as alerts."
                checks.append(try await check(listing, part, permission, purpose, account))
            }
        }
        return checks
    }

    /// Tried with the first tenant: roles are the credential's and not a tenant's.
    private func check(
        _ listing: any SophosListing.Type, _ part: Int, _ permission: String, _ purpose: String,
        _ account: SophosAccount.Found
    ) async throws -> AccessCheck {
        var check = AccessCheck(permission: permission, purpose: purpose)
        do {
            guard
                let place = SophosPlace(account.tenants.first.map { SophosPlace.text($0, part, nil) }, account.tenants)
            else { return check }
            let now = Date().addingTimeInterval(account.skew)
            _ = try await listing.page(place, SophosQuestion(client: client, since: nil, now: now, limit: 1))
        } catch let error as ConnectorError {
            if case .credentials = error { throw error }
            check.problem = error.message
        }
        return check
    }

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        try await actions.perform(request)
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        try await actions.state(of: request, receipt)
    }
}
