import Domain
import Postgres

/// The published `edr_…` tables, made from the records of Microsoft accounts in the transaction that writes these: what
/// one shows, the other does, too.
struct MicrosoftTables {
    let page: ConnectorPage

    /// Behind the page's records.
    ///
    /// - Parameter ids: the source's ids of the records that are not known as they are.
    func write(_ ids: [String], _ connection: Connection) async throws {
        let kind = try await connection.query(
            "SELECT 1 FROM connectors WHERE tenant_id = $1 AND id = $2 AND kind = 'microsoft'",
            [.id(page.tenant), .id(page.connector)])
        guard !kind.isEmpty else { return }
        let statements = EDRStatements(tenant: page.tenant, connector: page.connector)
        switch page.stream {
        case .devices: try await MicrosoftDevices(page: page).write(ids, connection)
        case .alerts: try await connection.run(statements.alerts(.records(ids)) + ends(statements.endAlerts))
        case .vulnerabilities:
            try await connection.run(statements.vulnerabilities(.records(ids)) + ends(statements.endVulnerabilities))
        case .compliance:
            try await connection.run(statements.compliance(.records(ids)) + ends(statements.endCompliance))
        case .software: break
        }
    }

    /// What is done when records may have gone.
    private func ends(_ statements: [Statement]) -> [Statement] {
        page.batch.mayRemove ? statements : []
    }
}

extension ConnectorBatch {
    /// Whether records go with it.
    var mayRemove: Bool { next.isComplete && next.extent == .full || !removed.isEmpty }
}
