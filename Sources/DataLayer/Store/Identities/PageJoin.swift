import Domain
import FoundationEssentials
import Postgres

/// What a page of a vendor's reports means for the endpoints.
struct PageJoin {
    let connection: Connection
    let page: ConnectorPage

    private var tenant: TenantID { page.tenant }

    /// Devices that were prepared to be joined, and what was read for it.
    typealias PreparedDevices = (page: DeviceJoin.Page, results: [Rows])

    /// Writes a page's records, and joins it.
    ///
    /// - Parameters:
    ///   - changed: the places of the rows that are not known as they are.
    ///   - records: what writes them.
    ///   - prepared: of all rows, where all of them changed.
    /// - Returns: whether anything of the endpoints changed.
    func join(
        _ rows: ReportRows, changed: [Int], writing records: EncodedStatements, _ prepared: PreparedDevices?
    ) async throws -> Bool {
        var scanned: [EndpointID] = []
        var isChanged = !changed.isEmpty
        let software = SoftwareJoin(connection: connection, tenant: tenant)
        let reported = ReportJoin(connection: connection, tenant: tenant)
        switch page.batch.reports {
        case .devices(let reports) where !changed.isEmpty:
            let joining = DeviceJoin(connection: connection, tenant: tenant, connector: page.connector)
            let (devices, results): PreparedDevices
            if let prepared {
                (devices, results) = prepared
            } else {
                devices = DeviceJoin.Page(changed.map { reports[rows.origins[$0]] }, of: page.connector)
                results = try await connection.run(joining.lookups(devices))
            }
            scanned = try await joining.join(devices, results, behind: records)
        case .devices: try await connection.run(records)
        case .software:
            try await connection.run(records)
            try await mark(Set(changed.compactMap { rows.devices[$0] }), .software)
        case .vulnerabilities:
            try await connection.run(records)
            try await mark(Set(changed.compactMap { rows.devices[$0] }), .vulnerabilities)
            isChanged = false
        default:
            try await connection.run(records)
            isChanged = false
        }
        let gone = try await gone()
        if !gone.isEmpty {
            switch page.stream {
            case .devices: scanned += try await end(gone, software, reported)
            case .software: try await mark(gone, .software)
            case .vulnerabilities: try await mark(gone, .vulnerabilities)
            default: break
            }
            isChanged = true
        }
        if page.settlesEndpoints {
            switch page.stream {
            case .software: scanned += try await software.settle(page.connector)
            case .vulnerabilities: scanned += try await reported.settle(page.connector)
            default: break
            }
        }
        let isOfEndpoints = page.stream == .devices || page.stream == .software
        guard isChanged && isOfEndpoints || !scanned.isEmpty else { return false }
        try await connection.run(try Self.scan(scanned, tenant) + [ChangeNotice.statement(tenant)])
        return true
    }

    private enum Pending: String {
        case software = "software_pending"
        case vulnerabilities = "reports_pending"
    }

    /// Notes that something was reported of devices, for `settle`: what is reported of one comes on many pages.
    private func mark(_ devices: Set<String>, _ pending: Pending) async throws {
        if devices.isEmpty { return }
        _ = try await connection.query(
            """
            UPDATE endpoint_sources AS s
            SET \(pending.rawValue) = true
            FROM unnest($3::text[]) AS u (device_id)
            WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id AND NOT s.\(pending.rawValue)
            """, [.id(tenant), .id(page.connector), .textArray(devices.sorted())])
    }

    /// The devices of which the source has something no more, or that are gone themselves.
    private func gone() async throws -> Set<String> {
        var statements: [Statement] = []
        if !page.batch.removed.isEmpty { statements.append(page.removed()) }
        if page.tellsWhatIsGone { statements.append(page.disappeared()) }
        if statements.isEmpty { return [] }
        if page.stream == .alerts { try await connection.run([AlertIntake.notification(tenant)]) }
        return Set(
            try await connection.run(statements).joined().compactMap { try $0.decode(0, as: String?.self) })
    }

    /// Their links end; the endpoints stay. What other sources list of their software and report of them counts alone
    /// from now on.
    private func end(
        _ devices: Set<String>, _ software: SoftwareJoin, _ reported: ReportJoin
    ) async throws -> [EndpointID] {
        if devices.isEmpty { return [] }
        let parameters: [Value] = [.id(tenant), .id(page.connector), .textArray(Array(devices))]
        let rows = try await connection.run([
            Statement(
                """
                UPDATE endpoint_sources AS s
                SET ended_at = now()
                FROM unnest($3::text[]) AS u (device_id)
                WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id AND s.ended_at IS NULL
                RETURNING s.endpoint_id, s.software_set IS NOT NULL
                """, parameters),
            Statement(
                """
                INSERT INTO identity_events (tenant_id, kind, endpoint_id, connector_id, device_id)
                SELECT s.tenant_id, 'ended', s.endpoint_id, s.connector_id, s.device_id
                FROM unnest($3::text[]) AS u (device_id)
                JOIN endpoint_sources AS s ON s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id
                WHERE s.endpoint_id IS NOT NULL
                """, parameters),
        ])[0]
        let others = try rows.filter { try $0.decode(1) }.compactMap { try $0.decode(0, as: EndpointID?.self) }
        let ended = try rows.compactMap { try $0.decode(0, as: EndpointID?.self) }
        return try await software.settle(Set(others)) + reported.settle(Set(ended))
    }

    /// A job that scans endpoints, written with what changed on them: whoever is killed, they are scanned.
    static func scan(_ endpoints: [EndpointID], _ tenant: TenantID) throws -> [Statement] {
        if endpoints.isEmpty { return [] }
        let payload = try ReportEncoder().encode(["endpoints": endpoints.map(\.description)])
        return [
            JobStore.insertion(.make(), .scan, payload: Array(payload.utf8), tenant: tenant),
            Statement("SELECT pg_notify('garrison_jobs', '')"),
        ]
    }
}
