import Domain
import FoundationEssentials
import Postgres

extension ConnectorStore {
    /// When an account is read, and how it went.
    ///
    /// - Throws: `StoreError.notFound`.
    public func status(_ id: ConnectorID, tenant: TenantID) async throws -> ConnectorStatus {
        guard let status = try await statuses(tenant: tenant)[id] else {
            throw StoreError.notFound(kind: "connector", id: id.description)
        }
        return status
    }

    /// Of all accounts of a tenant that are pulled.
    public func statuses(tenant: TenantID) async throws -> [ConnectorID: ConnectorStatus] {
        let rows = try await database.run(
            [
                Statement(
                    """
                    SELECT id, interval_seconds, full_interval_seconds, is_paused, next_sync_at, failures, started_at,
                      duration_seconds, coalesce(locked_until > now(), false)
                    FROM connectors
                    WHERE tenant_id = $1 AND NOT is_implicit
                    """, [.id(tenant)]),
                Statement(
                    """
                    SELECT connector_id, stream, started_at, finished_at, duration_seconds, records, quarantined,
                      current_to, full_finished_at, full_requested_at, error
                    FROM connector_streams
                    WHERE tenant_id = $1
                    ORDER BY connector_id,
                      array_position('{devices,software,vulnerabilities,alerts,compliance}'::text[], stream)
                    """, [.id(tenant)]),
            ], tenant: tenant)
        var streams: [ConnectorID: [StreamStatus]] = [:]
        for row in rows[1] {
            guard let status = try Self.stream(row) else { continue }
            streams[try row.decode(0), default: []].append(status)
        }
        return Dictionary(
            uniqueKeysWithValues: try rows[0].map { row in
                let id: ConnectorID = try row.decode(0)
                return (id, try Self.account(row, streams[id] ?? []))
            })
    }

    private static func account(_ row: Row, _ streams: [StreamStatus]) throws -> ConnectorStatus {
        let schedule = SyncSchedule(
            interval: Int(try row.decode(1) as Int32), fullInterval: Int(try row.decode(2) as Int32),
            isPaused: try row.decode(3))
        let next: Date = try row.decode(4)
        return ConnectorStatus(
            schedule: schedule, nextSyncAt: schedule.isPaused ? nil : next,
            failures: Int(try row.decode(5) as Int32), startedAt: try row.decode(6), duration: try row.decode(7),
            isRunning: try row.decode(8), streams: streams)
    }

    private static func stream(_ row: Row) throws -> StreamStatus? {
        guard let stream = ConnectorStream(rawValue: try row.decode(1)) else { return nil }
        return StreamStatus(
            stream: stream, startedAt: try row.decode(2), finishedAt: try row.decode(3), duration: try row.decode(4),
            records: try row.decode(5), quarantined: try row.decode(6), currentTo: try row.decode(7),
            fullFinishedAt: try row.decode(8), fullRequestedAt: try row.decode(9), error: try row.decode(10))
    }
}
