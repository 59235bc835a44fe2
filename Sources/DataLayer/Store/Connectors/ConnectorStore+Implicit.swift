import Domain
import Postgres

extension ConnectorStore {
    /// The account of what comes unasked; made when it is not there yet, by whoever comes first.
    ///
    /// - Parameter name: tells several of one kind apart; the kind itself without one. Where an account of another
    ///   kind has that name, the kind stands behind it.
    public func implicitAccount(
        kind: ImplicitSource, name: String? = nil, tenant: TenantID
    ) async throws -> ConnectorID {
        try await database.transaction(tenant: tenant) { connection in
            try await Self.implicitAccount(kind, name: name, connection, tenant: tenant)
        }
    }

    /// The same as a part of a transaction. Two that make it at once get one account: the later waits for the end of
    /// the earlier's transaction.
    static func implicitAccount(
        _ kind: ImplicitSource, name: String? = nil, _ connection: Connection, tenant: TenantID
    ) async throws -> ConnectorID {
        let name = name ?? kind.rawValue
        for candidate in [name, "\(name) (\(kind.rawValue))"] {
            let parameters: [Value] = [.id(tenant), .text(kind.rawValue), .text(candidate)]
            let results = try await connection.run([
                Statement(
                    """
                    INSERT INTO connectors (tenant_id, kind, name, secrets, is_implicit)
                    SELECT $1, $2, $3, '', true
                    WHERE NOT EXISTS (SELECT FROM connectors WHERE tenant_id = $1 AND name = $3)
                    ON CONFLICT (tenant_id, name) DO NOTHING
                    """, parameters),
                Statement(
                    "SELECT id FROM connectors WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND is_implicit",
                    parameters),
            ])
            if let row = results[1].first { return try row.decode(0) }
        }
        throw StoreError.duplicate(kind: "connector", name: name)
    }
}
