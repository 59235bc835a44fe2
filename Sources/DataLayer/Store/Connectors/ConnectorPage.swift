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

    /// A report that came before keeps the time of its last change.
    func records() throws -> [Statement] {
        let rows = try ReportRows(batch.reports)
        guard !rows.ids.isEmpty else { return [] }
        return [
            Statement(
                """
                INSERT INTO connector_records AS r
                  (tenant_id, connector_id, stream, source_id, device_id, run, report)
                SELECT $1, $2, $3, u.source_id, u.device_id, $4, u.report::jsonb
                FROM unnest($5::text[], $6::text[], $7::text[]) AS u (source_id, device_id, report)
                ON CONFLICT (tenant_id, connector_id, stream, source_id) DO UPDATE
                SET run = EXCLUDED.run, device_id = EXCLUDED.device_id, report = EXCLUDED.report,
                  changed_at = CASE WHEN r.report = EXCLUDED.report THEN r.changed_at ELSE now() END
                """,
                place + [
                    .int(batch.next.run), .textArray(rows.ids), .textArray(rows.devices), .textArray(rows.reports),
                ]),
            // What can be read now is in order again.
            Statement(
                """
                DELETE FROM connector_quarantine
                WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND source_id = ANY ($4::text[])
                """, place + [.textArray(rows.ids)]),
        ]
    }

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
                    .textArray(records.map { $0.sourceID.map(Self.clean) }),
                    .textArray(records.map { Self.clean($0.field) }),
                    .textArray(records.map { Self.clean($0.reason) }), .textArray(records.map { Self.clean($0.json) }),
                ])
        ]
    }

    func removed() -> [Statement] {
        guard !batch.removed.isEmpty else { return [] }
        return [
            Statement(
                """
                DELETE FROM connector_records
                WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND source_id = ANY ($4::text[])
                """, place + [.textArray(batch.removed)])
        ]
    }

    func disappeared() -> [Statement] {
        guard batch.next.isComplete, batch.next.extent == .full else { return [] }
        return [
            Statement(
                """
                DELETE FROM connector_records
                WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND run < $4
                """, place + [.int(batch.next.run)])
        ]
    }

    private static func json(_ checkpoint: StreamCheckpoint) throws -> [UInt8] {
        Array(try JSONEncoder().encode(checkpoint))
    }

    /// PostgreSQL's text holds no NUL.
    private static func clean(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }
}

/// Reports as columns; of several with one id the last counts.
struct ReportRows {
    private(set) var ids: [String?] = []
    private(set) var devices: [String?] = []
    private(set) var reports: [String?] = []
    private var places: [String: Int] = [:]

    init(_ reports: ConnectorReports) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            // The style cuts off behind the millisecond; this makes it round.
            let date = date.addingTimeInterval(0.0005)
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        switch reports {
        case .devices(let reports):
            for report in reports { try add(report.sourceID, report.sourceID, report, encoder) }
        case .software(let reports):
            for report in reports { try add(report.sourceID, report.deviceID, report, encoder) }
        case .vulnerabilities(let reports):
            for report in reports { try add(report.sourceID, report.deviceID, report, encoder) }
        case .alerts(let reports):
            for report in reports { try add(report.sourceID, report.deviceID, report, encoder) }
        case .compliance(let reports):
            for report in reports { try add(report.deviceID, report.deviceID, report, encoder) }
        }
    }

    private mutating func add(
        _ id: String, _ device: String?, _ report: some Encodable, _ encoder: JSONEncoder
    ) throws {
        let json = String(decoding: try encoder.encode(report), as: UTF8.self)
        if let place = places[id] {
            devices[place] = device
            reports[place] = json
        } else {
            places[id] = ids.count
            ids.append(id)
            devices.append(device)
            reports.append(json)
        }
    }
}
