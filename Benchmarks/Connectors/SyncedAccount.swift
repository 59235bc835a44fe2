import Connectors
import Domain
import Foundation
import Store

/// The simulated account as a connector of a tenant.
struct SyncedAccount: Sendable {
    let fleet: Fleet
    let vendor: SimulatedFalcon
    let connector: any Connector
    let id: ConnectorID

    init(_ fleet: Fleet, _ vendor: SimulatedFalcon, _ network: ConnectorNetwork) async throws {
        self.fleet = fleet
        self.vendor = vendor
        guard let kind = ConnectorKind.named("crowdstrike") else {
            throw BenchError.programFailed("connectors", output: "There is no connector for CrowdStrike Falcon.")
        }
        connector = try kind.connector(
            ConnectorConfiguration(
                settings: vendor.settings, secrets: ["client_secret": vendor.account.clientSecret]), network)
        let account = NewConnector(
            kind: kind.id, name: "falcon", settings: vendor.settings, sealedSecrets: Array("unused".utf8))
        try await fleet.store.connectors.add(account, tenant: fleet.tenant, by: Self.principal(fleet.tenant))
        id = account.id
    }

    private static func principal(_ tenant: TenantID) -> Principal {
        Principal(tenant: tenant, role: .admin, subject: .system, name: "benchmark")
    }

    /// Reads all pages, and keeps nothing.
    func discard() async throws {
        for try await _ in connector.run(.devices, after: .none, .full) {}
    }

    /// Reads devices into the database, as `garrison connector sync` does.
    ///
    /// - Parameter expected: how many must have come.
    func sync(_ extent: StreamCheckpoint.Extent, expecting expected: Int?) async throws {
        var stored = try await fleet.store.connectors.checkpoint(of: .devices, id, tenant: fleet.tenant)
        var count = 0
        let first = stored == .none ? FirstRun(of: id, tenant: fleet.tenant) : nil
        try await connector.run(.devices, after: stored, extent).readingAhead {
            try PreparedBatch($0, of: first)
        } _: { page in
            try await fleet.store.connectors.write(page, of: .devices, after: stored, id, tenant: fleet.tenant)
            stored = page.batch.next
            count += page.batch.reports.count
            return true
        }
        if let expected, count != expected {
            throw BenchError.unexpectedOutput("the vendor's listing", output: "\(count) devices instead of \(expected)")
        }
    }

    /// As if nothing had been read, in tables as new as those of a new installation.
    func forget() async throws {
        try await fleet.store.owner.withConnection { connection in
            for statement in [
                "DELETE FROM connector_checkpoints",
                """
                TRUNCATE connector_records, endpoint_sources, identity_keys, identity_events, endpoints, jobs CASCADE
                """, "CHECKPOINT",
            ] {
                try await connection.query(statement)
            }
        }
    }
}
