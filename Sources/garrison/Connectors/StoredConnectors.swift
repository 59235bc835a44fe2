import API
import Connectors
import Domain
import Identity
import Store

/// Connectors of stored accounts. One that was made is used again, with its access token and its share of the vendor's
/// limits, until its account's settings or credentials change.
actor StoredConnectors {
    private let store: Store
    private let network: ConnectorNetwork
    private let box: @Sendable () throws -> SecretBox
    private var made: [ConnectorID: (access: ConnectorAccess, connector: any Connector)] = [:]

    init(store: Store, network: ConnectorNetwork, box: @escaping @Sendable () throws -> SecretBox) {
        self.store = store
        self.network = network
        self.box = box
    }

    /// - Throws: `StoreError.notFound`; `IdentityError` for the key, `ConnectorError` for a setting.
    func connector(_ id: ConnectorID, tenant: TenantID) async throws -> any Connector {
        let access = try await store.connectors.access(id, tenant: tenant)
        if let known = made[id], known.access == access { return known.connector }
        let connector = try Self.make(access, try box(), network, tenant: tenant)
        made[id] = (access, connector)
        return connector
    }

    /// What carries jobs of deployments out through an account.
    ///
    /// - Throws: as `connector`.
    func patchExecutor(_ id: ConnectorID, tenant: TenantID) async throws -> any PatchExecutor {
        let connector = try await connector(id, tenant: tenant)
        let access = try await store.connectors.access(id, tenant: tenant)
        return try Self.kind(access).patchExecutor(
            ConnectorConfiguration(settings: access.settings, secrets: [:]), on: connector)
    }

    static func make(
        _ access: ConnectorAccess, _ box: SecretBox, _ network: ConnectorNetwork, tenant: TenantID
    ) throws -> any Connector {
        let secrets = try SealedSecrets.open(access.sealedSecrets, access.id, tenant, box)
        return try kind(access).connector(
            ConnectorConfiguration(settings: access.settings, secrets: secrets), network)
    }

    static func kind(_ access: ConnectorAccess) throws -> ConnectorKind {
        guard let kind = ConnectorKind.named(access.kind) else {
            throw CommandError.problem("this version of garrison has no connector of the kind “\(access.kind)”.")
        }
        return kind
    }
}
