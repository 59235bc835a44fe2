import Domain
import FoundationEssentials
import Postgres

/// The statements that write one page of a stream.
struct ConnectorPage {
    let batch: ConnectorBatch
    let stream: ConnectorStream
    let connector: ConnectorID
    let tenant: TenantID

    private var place: [Value] { [.id(tenant), .id(connector), .text(stream.rawValue)] }

    /// Gives a row only where nobody else has written a page meanwhile.
    func checkpoint(after stored: StreamCheckpoint) throws -> Statement {
        Statement(
            """
            INSERT INTO connector_checkpoints AS c (tenant_id, connector_id, stream, checkpoint)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id, connector_id, stream) DO UPDATE
            SET checkpoint = EXCLUDED.checkpoint, updated_at = now()
            WHERE c.checkpoint = $5
            RETURNING 1
            """, place + [.json(try Self.json(batch.next)), .json(try Self.json(stored))])
    }

    /// What is known of reports, by the source's ids.
    func known(_ ids: [String]) -> Statement {
        Statement(
            // LIMIT, so that each id is looked up by the whole key: what nothing is known of yet has no statistics.
            """
            SELECT r.source_id, r.report_hash
            FROM unnest($4::text[]) AS u (source_id)
            CROSS JOIN LATERAL (
              SELECT c.source_id, c.report_hash
              FROM connector_records AS c
              WHERE c.tenant_id = $1 AND c.connector_id = $2 AND c.stream = $3 AND c.source_id = u.source_id
              LIMIT 1
            ) AS r
            """, place + [.textArray(ids)])
    }

    /// What is unchanged is only marked as seen.
    func records(_ rows: ReportRows, _ news: ReportRows.News, titles: [Int64?] = []) -> [Statement] {
        var statements: [Statement] = []
        if !news.unchanged.isEmpty {
            statements.append(
                Statement(
                    """
                    UPDATE connector_records AS r
                    SET run = $4
                    FROM unnest($5::text[]) AS u (source_id)
                    WHERE r.tenant_id = $1 AND r.connector_id = $2 AND r.stream = $3 AND r.source_id = u.source_id
                      AND r.run <> $4
                    """, place + [.int(batch.next.run), .textArray(news.unchanged.map { rows.ids[$0] })]))
        }
        func columns(_ places: [Int]) -> [Value] {
            place + [
                .int(batch.next.run), .textArray(places.map { rows.ids[$0] }),
                .textArray(places.map { rows.devices[$0] }), .textArray(places.map { rows.reports[$0] }),
                .uuidArray(places.map { rows.hashes[$0] }),
                .int8Array(places.map { titles.isEmpty ? nil : titles[$0] }),
            ]
        }
        if !news.new.isEmpty { statements.append(Statement(Self.insertion, columns(news.new))) }
        if !news.changed.isEmpty { statements.append(Statement(Self.update, columns(news.changed))) }
        if stream == .alerts, !news.written.isEmpty {
            statements += AlertIntake.statements(news.written.map { rows.ids[$0] }, of: connector, tenant: tenant)
        }
        if !rows.ids.isEmpty {
            // What can be read now is in order again.
            statements.append(
                Statement(
                    """
                    DELETE FROM connector_quarantine
                    WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND source_id = ANY ($4)
                    """, place + [.textArray(rows.ids)]))
        }
        return statements
    }

    /// Nobody else writes the stream meanwhile: what is not known is not there.
    private static let insertion = """
        INSERT INTO connector_records
          (tenant_id, connector_id, stream, source_id, device_id, run, report, report_hash, title_id)
        SELECT $1, $2, $3, u.source_id, u.device_id, $4, u.report::jsonb, u.report_hash, u.title_id
        FROM unnest($5::text[], $6::text[], $7::text[], $8::uuid[], $9::bigint[])
          AS u (source_id, device_id, report, report_hash, title_id)
        """

    /// Reports that were stored before they had hashes are compared themselves.
    private static let update = """
        UPDATE connector_records AS r
        SET run = $4, device_id = u.device_id, report = u.report::jsonb, report_hash = u.report_hash,
          title_id = u.title_id, changed_at = CASE WHEN r.report = u.report::jsonb THEN r.changed_at ELSE now() END
        FROM unnest($5::text[], $6::text[], $7::text[], $8::uuid[], $9::bigint[])
          AS u (source_id, device_id, report, report_hash, title_id)
        WHERE r.tenant_id = $1 AND r.connector_id = $2 AND r.stream = $3 AND r.source_id = u.source_id
        """

    func quarantine() -> [Statement] {
        let records = batch.quarantined
        guard !records.isEmpty else { return [] }
        return [
            Statement(
                """
                INSERT INTO connector_quarantine
                  (tenant_id, connector_id, stream, record_hash, source_id, field, reason, record)
                SELECT DISTINCT ON (sha256(convert_to(u.record, 'UTF8'))) $1::uuid, $2::uuid, $3::text,
                  sha256(convert_to(u.record, 'UTF8')), u.source_id, u.field, u.reason, u.record
                FROM unnest($4::text[], $5::text[], $6::text[], $7::text[]) AS u (source_id, field, reason, record)
                ON CONFLICT (tenant_id, connector_id, stream, record_hash) DO UPDATE
                SET field = EXCLUDED.field, reason = EXCLUDED.reason, last_seen_at = now()
                """,
                place + [
                    .textArray(records.map { $0.sourceID.map(StoredText.clean) }),
                    .textArray(records.map { StoredText.clean($0.field) }),
                    .textArray(records.map { StoredText.clean($0.reason) }),
                    .textArray(records.map { StoredText.clean($0.json) }),
                ])
        ]
    }

    /// - Returns: the devices that the records which the source took back were about.
    func removed() -> Statement {
        Statement(
            """
            WITH gone AS (
              DELETE FROM connector_records AS r
              USING unnest($4::text[]) AS u (source_id)
              WHERE r.tenant_id = $1 AND r.connector_id = $2 AND r.stream = $3 AND r.source_id = u.source_id
              RETURNING r.source_id, r.device_id, r.report
            )\(resolutions)
            SELECT device_id FROM gone
            """, place + [.textArray(batch.removed.map(StoredText.clean))])
    }

    /// Whether what was reported on this page and those before is worked out for the endpoints behind it.
    var settlesEndpoints: Bool { batch.next.isComplete && (stream == .software || stream == .vulnerabilities) }

    /// Whether what the run did not list is gone.
    var tellsWhatIsGone: Bool { batch.next.isComplete && batch.next.extent == .full }

    /// - Returns: the devices that the records which are gone were about.
    func disappeared() -> Statement {
        Statement(
            """
            WITH gone AS (
              DELETE FROM connector_records
              WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND run < $4
              RETURNING source_id, device_id, report
            )\(resolutions)
            SELECT device_id FROM gone
            """, place + [.int(batch.next.run)])
    }

    /// What becomes of alerts whose records are gone.
    private var resolutions: String { stream == .alerts ? AlertIntake.resolutions : "" }

    private static func json(_ checkpoint: StreamCheckpoint) throws -> [UInt8] {
        Array(try JSONEncoder().encode(checkpoint))
    }
}
