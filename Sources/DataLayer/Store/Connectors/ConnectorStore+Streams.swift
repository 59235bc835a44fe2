import Domain
import FoundationEssentials
import Postgres

/// How far each kind of record of an account is read.
extension ConnectorStore {
    /// Whether all of a stream is to be read: it never was, that is too long ago, or somebody asked for it.
    public func isFullDue(_ stream: ConnectorStream, _ id: ConnectorID, tenant: TenantID) async throws -> Bool {
        let rows = try await database.query(
            """
            SELECT s.full_finished_at IS NULL OR s.full_requested_at IS NOT NULL
              OR s.full_finished_at < now() - make_interval(secs => c.full_interval_seconds)
            FROM connectors AS c
            JOIN connector_streams AS s ON s.tenant_id = c.tenant_id AND s.connector_id = c.id AND s.stream = $3
            WHERE c.tenant_id = $1 AND c.id = $2
            """, [.id(tenant), .id(id), .text(stream.rawValue)], tenant: tenant)
        return try rows.first?.decode(0) ?? true
    }

    /// Notes that a sync has come to a stream.
    ///
    /// - Parameters:
    ///   - isFull: the run reads everything.
    ///   - isResumed: it goes on with a run that an earlier sync began.
    public func begin(
        _ stream: ConnectorStream, _ id: ConnectorID, isFull: Bool, isResumed: Bool, tenant: TenantID
    ) async throws {
        _ = try await database.query(
            """
            INSERT INTO connector_streams AS s (tenant_id, connector_id, stream, is_full)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id, connector_id, stream) DO UPDATE
            SET started_at = now(), is_full = $4, began_at = CASE WHEN $5 THEN s.began_at ELSE now() END
            """, [.id(tenant), .id(id), .text(stream.rawValue), .bool(isFull), .bool(isResumed)], tenant: tenant)
    }

    /// What a sync got out of a stream.
    public struct StreamResult: Sendable, Hashable {
        public var records = 0
        public var quarantined = 0
        /// Its run was read to the end.
        public var isComplete = false
        /// Why it stopped, as a sentence.
        public var problem: String?

        public init() {}
    }

    /// Notes how a stream went. After everything was read, what was quarantined and did not come again is forgotten.
    public func end(
        _ stream: ConnectorStream, _ id: ConnectorID, _ result: StreamResult, tenant: TenantID
    ) async throws {
        let place: [Value] = [.id(tenant), .id(id), .text(stream.rawValue)]
        var statements = [
            Statement(
                """
                UPDATE connector_streams
                SET finished_at = now(), duration_seconds = extract(epoch FROM now() - started_at), records = $4,
                  quarantined = $5, error = $6,
                  current_to = CASE WHEN $7 THEN began_at ELSE current_to END,
                  full_finished_at = CASE WHEN $7 AND is_full THEN now() ELSE full_finished_at END,
                  full_requested_at =
                    CASE WHEN $7 AND is_full AND full_requested_at <= began_at THEN NULL ELSE full_requested_at END
                WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3
                """,
                place + [
                    .int(result.records), .int(result.quarantined), .of(result.problem), .bool(result.isComplete),
                ])
        ]
        if result.isComplete {
            statements.append(
                Statement(
                    """
                    DELETE FROM connector_quarantine AS q
                    USING connector_streams AS s
                    WHERE q.tenant_id = $1 AND q.connector_id = $2 AND q.stream = $3
                      AND s.tenant_id = $1 AND s.connector_id = $2 AND s.stream = $3
                      AND s.is_full AND q.last_seen_at < s.began_at
                    """, place))
        }
        _ = try await database.run(statements, tenant: tenant)
    }
}
