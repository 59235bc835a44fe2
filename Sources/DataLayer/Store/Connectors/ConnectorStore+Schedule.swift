import Domain
import FoundationEssentials
import Postgres

/// What a person decides about when an account is read.
extension ConnectorStore {
    static let channel = "garrison_syncs"

    /// Tells of accounts that have become due, as a person asks for it.
    public func requests() -> AsyncStream<Void> {
        AsyncStream { continuation in
            let task = Task {
                for await _ in system.listen(Self.channel) { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Changes how often an account is read. One that is resumed is due at once.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.invalid` for times that cannot be.
    public func schedule(
        _ id: ConnectorID, _ schedule: SyncSchedule, tenant: TenantID, by principal: Principal
    ) async throws {
        try Self.require(schedule.interval, "interval", in: SyncSchedule.intervals)
        try Self.require(schedule.fullInterval, "full_interval", in: SyncSchedule.fullIntervals)
        let entry = AuditEntry(
            "connector.schedule", object: id.description,
            detail: [
                "interval": "\(schedule.interval)", "full_interval": "\(schedule.fullInterval)",
                "paused": "\(schedule.isPaused)",
            ], by: principal)
        try await change(
            id, tenant, entry,
            """
            UPDATE connectors
            SET interval_seconds = $3, full_interval_seconds = $4, is_paused = $5,
              next_sync_at = CASE WHEN is_paused AND NOT $5 THEN now()
                ELSE least(next_sync_at, now() + make_interval(secs => $3::int)) END
            WHERE tenant_id = $1 AND id = $2
            RETURNING id
            """, [.int4(Int32(schedule.interval)), .int4(Int32(schedule.fullInterval)), .bool(schedule.isPaused)])
    }

    /// Has a worker read an account now.
    ///
    /// - Parameter full: everything, of all streams.
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when it is paused.
    public func requestSync(
        _ id: ConnectorID, full: Bool, tenant: TenantID, by principal: Principal
    ) async throws {
        try await requireRunning(id, tenant: tenant)
        let entry = AuditEntry(
            "connector.sync", object: id.description, detail: ["full": "\(full)"], by: principal)
        let streams = full ? Self.fullRequest(ConnectorStream.allCases, id, tenant) : nil
        try await change(id, tenant, entry, Self.due, [], also: streams)
    }

    /// Has a worker read everything of some streams again, and with it what was quarantined of them: a vendor's record is
    /// read as it is now, not as it was kept, which may be old or cut off. What the vendor lists no more is then forgotten.
    ///
    /// - Parameter streams: nil for those of which something is quarantined.
    /// - Returns: the streams that will be read.
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when it is paused.
    @discardableResult
    public func replay(
        _ id: ConnectorID, _ streams: [ConnectorStream]? = nil, tenant: TenantID, by principal: Principal
    ) async throws -> [ConnectorStream] {
        try await requireRunning(id, tenant: tenant)
        let streams = try await streams.orElse { try await quarantined(id, tenant: tenant) }
        guard !streams.isEmpty else { return [] }
        let entry = AuditEntry(
            "connector.replay", object: id.description,
            detail: ["streams": streams.map(\.rawValue).joined(separator: ", ")], by: principal)
        try await change(id, tenant, entry, Self.due, [], also: Self.fullRequest(streams, id, tenant))
        return streams
    }

    private func quarantined(_ id: ConnectorID, tenant: TenantID) async throws -> [ConnectorStream] {
        try await database.query(
            "SELECT DISTINCT stream FROM connector_quarantine WHERE tenant_id = $1 AND connector_id = $2 ORDER BY 1",
            [.id(tenant), .id(id)], tenant: tenant
        ).compactMap { ConnectorStream(rawValue: try $0.decode(0)) }
    }

    private func requireRunning(_ id: ConnectorID, tenant: TenantID) async throws {
        guard try await status(id, tenant: tenant).schedule.isPaused else { return }
        throw StoreError.conflict(kind: "connector", reason: "The connector is paused. Resume it first.")
    }

    private static let due = """
        UPDATE connectors
        SET next_sync_at = now(), failures = 0
        WHERE tenant_id = $1 AND id = $2
        RETURNING id
        """

    /// Of a stream that was never read, everything is read without being asked for.
    private static func fullRequest(_ streams: [ConnectorStream], _ id: ConnectorID, _ tenant: TenantID) -> Statement {
        Statement(
            """
            UPDATE connector_streams
            SET full_requested_at = now()
            WHERE tenant_id = $1 AND connector_id = $2 AND stream = ANY ($3::text[])
            """, [.id(tenant), .id(id), .textArray(streams.map(\.rawValue))])
    }

    private static func require(_ seconds: Int, _ field: String, in range: ClosedRange<Int>) throws {
        guard range.contains(seconds) else {
            throw StoreError.invalid(
                field: field, reason: "must be \(range.lowerBound) to \(range.upperBound) seconds")
        }
    }

    /// One change of an account with its audit event; workers are woken.
    func change(
        _ id: ConnectorID, _ tenant: TenantID, _ entry: AuditEntry, _ update: String, _ values: [Value],
        also other: Statement? = nil
    ) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement(
                    "SELECT is_implicit FROM connectors WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)]),
                Statement(update, [.id(tenant), .id(id)] + values),
            ])
            guard let row = rows[0].first else { throw StoreError.notFound(kind: "connector", id: id.description) }
            guard try !row.decode(0, as: Bool.self) else {
                throw StoreError.conflict(
                    kind: "connector", reason: "The connector is not pulled: what it has was sent to Garrison.")
            }
            try await connection.run(
                [other, try entry.statement(), Statement("SELECT pg_notify('\(Self.channel)', '')")].compactMap(\.self))
        }
    }
}

extension Optional where Wrapped: Sendable {
    /// `??` for what takes its time.
    fileprivate func orElse(_ other: () async throws -> Wrapped) async rethrows -> Wrapped {
        if let self { return self }
        return try await other()
    }
}
