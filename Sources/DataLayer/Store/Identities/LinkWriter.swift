import Domain
import FoundationEssentials
import Identification
import Postgres

/// Writes what was decided about a batch of one source's devices: links, keys and events. The endpoints are there.
struct LinkWriter {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID
    /// What sources list that report it together with the device, by its id.
    private let sets: [String: UUID]

    init(connection: Connection, tenant: TenantID, connector: ConnectorID, sets: [String: UUID] = [:]) {
        self.connection = connection
        self.tenant = tenant
        self.connector = connector
        self.sets = sets
    }

    func write(_ decisions: IdentityDecisions) async throws {
        try await connection.run(try await statements(decisions))
    }

    /// What `write` runs; it takes no connection.
    func statements(_ decisions: IdentityDecisions) async throws -> [Statement] {
        // In the order of the primary key, which is the fastest to write.
        let items = decisions.items
        let sound = items.indices.filter { items[$0].collision == nil }
            .map { (place: $0, id: items[$0].device.link.deviceID) }
            .sorted { $0.id < $1.id }
            .map { items[$0.place] }
        let encoder = ReportEncoder()
        return try links(sound, encoder) + keys(sound) + events(sound, encoder)
    }

    private func links(_ items: [IdentityDecisions.Item], _ encoder: ReportEncoder) throws -> [Statement] {
        // What was there already keeps the evidence that made it, unless it is of another endpoint now.
        let known = items.filter { item in
            if case .known = item.resolution.outcome { item.stored != nil } else { false }
        }
        let others = items.filter { item in
            if case .known = item.resolution.outcome { item.stored == nil } else { true }
        }
        var statements: [Statement] = []
        if !known.isEmpty {
            statements.append(
                Statement(
                    """
                    UPDATE endpoint_sources AS s
                    SET sighting = u.sighting::jsonb, last_seen_at = greatest(s.last_seen_at, u.last_seen),
                      first_seen_at = least(s.first_seen_at, u.first_seen), quarantined_at = NULL, ended_at = NULL,
                      -- Its list counts again, and what is reported of it.
                      software_pending = s.software_pending OR num_nonnulls(s.ended_at, s.quarantined_at) > 0 AND EXISTS (
                        SELECT FROM connector_records AS c
                        WHERE c.tenant_id = $1 AND c.connector_id = $2 AND c.device_id = s.device_id
                          AND c.stream = 'software'),
                      reports_pending = s.reports_pending OR num_nonnulls(s.ended_at, s.quarantined_at) > 0 AND EXISTS (
                        SELECT FROM connector_records AS c
                        WHERE c.tenant_id = $1 AND c.connector_id = $2 AND c.device_id = s.device_id
                          AND c.stream = 'vulnerabilities'),
                      software_set = coalesce(u.software_set, s.software_set),
                      software_at = CASE WHEN u.software_set IS DISTINCT FROM s.software_set AND u.software_set IS NOT NULL THEN now() ELSE s.software_at END
                    FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::uuid[])
                      AS u (device_id, sighting, first_seen, last_seen, software_set)
                    WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id
                    """, place + [ids(known), sightings(known)] + times(known) + [lists(known)]))
        }
        if !others.isEmpty {
            let (moved, new) = (others.filter { $0.stored != nil }, others.filter { $0.stored == nil })
            for (items, conflict) in [(new, ""), (moved, Self.moving)] where !items.isEmpty {
                statements.append(
                    Statement(
                        Self.insertion + conflict,
                        place + [ids(items), sightings(items)] + times(items) + [
                            lists(items), .uuidArray(items.map { $0.endpoint?.uuid }),
                            .float8Array(items.map(\.resolution.confidence)),
                            .textArray(try items.map { try $0.resolution.evidence.json(encoder) }),
                        ]))
            }
            // Its software may have come before it, and what is reported of it.
            for (stream, pending) in [("software", "software_pending"), ("vulnerabilities", "reports_pending")] {
                statements.append(Statement(Self.marking(stream, pending), place + [ids(others)]))
            }
        }
        return statements
    }

    private static func marking(_ stream: String, _ pending: String) -> String {
        """
        UPDATE endpoint_sources AS s
        SET \(pending) = true
        FROM unnest($3::text[]) AS u (device_id)
        CROSS JOIN LATERAL (
          SELECT
          FROM connector_records AS c
          WHERE c.tenant_id = $1 AND c.connector_id = $2 AND c.device_id = u.device_id AND c.stream = '\(stream)'
          LIMIT 1
        ) AS r
        WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = u.device_id
          AND EXISTS (
            SELECT FROM connector_records WHERE tenant_id = $1 AND connector_id = $2 AND stream = '\(stream)')
        """
    }

    private static let insertion = """
        INSERT INTO endpoint_sources AS s
          (tenant_id, connector_id, device_id, sighting, first_seen_at, last_seen_at, software_set, software_at,
           endpoint_id, confidence, evidence)
        SELECT $1, $2, u.device_id, u.sighting::jsonb, u.first_seen, u.last_seen, u.software_set,
          CASE WHEN u.software_set IS NOT NULL THEN now() END, u.endpoint_id, u.confidence, u.evidence::jsonb
        FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::uuid[], $8::uuid[], $9::float8[],
          $10::text[])
          AS u (device_id, sighting, first_seen, last_seen, software_set, endpoint_id, confidence, evidence)

        """

    private static let moving = """
        ON CONFLICT (tenant_id, connector_id, device_id) DO UPDATE
        SET sighting = excluded.sighting, endpoint_id = excluded.endpoint_id, confidence = excluded.confidence,
          evidence = excluded.evidence, quarantined_at = NULL, ended_at = NULL,
          software_set = coalesce(excluded.software_set, s.software_set),
          software_at = coalesce(excluded.software_at, s.software_at),
          linked_at = CASE WHEN s.endpoint_id = excluded.endpoint_id THEN s.linked_at ELSE now() END,
          first_seen_at = least(s.first_seen_at, excluded.first_seen_at),
          last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)
        """

    private var place: [Value] { [.id(tenant), .id(connector)] }
    private func ids(_ items: [IdentityDecisions.Item]) -> Value { .textArray(items.map(\.device.link.deviceID)) }
    private func sightings(_ items: [IdentityDecisions.Item]) -> Value {
        .textArray(items.map(\.device.sighting.json))
    }

    private func lists(_ items: [IdentityDecisions.Item]) -> Value {
        .uuidArray(items.map { sets[$0.device.link.deviceID] })
    }

    private func times(_ items: [IdentityDecisions.Item]) -> [Value] {
        [
            .timestamptzArray(items.map { $0.device.sighting.firstSeen ?? $0.device.sighting.lastSeen }),
            .timestamptzArray(items.map(\.device.sighting.lastSeen)),
        ]
    }

    /// Only what changed of them: most devices keep theirs.
    private func keys(_ items: [IdentityDecisions.Item]) -> [Statement] {
        var added: [(key: IdentityKey, device: String)] = []
        var removed: [(key: IdentityKey, device: String)] = []
        for item in items {
            let device = item.device.link.deviceID
            let now = item.device.lookupKeys
            // The links of endpoints that were stored before there were links have no keys yet.
            let before = item.stored == nil ? [] : item.before?.lookupKeys ?? []
            if now == before { continue }
            added += now.filter { !before.contains($0) }.map { ($0, device) }
            removed += before.filter { !now.contains($0) }.map { ($0, device) }
        }
        var statements: [Statement] = []
        if !removed.isEmpty {
            statements.append(
                Statement(
                    """
                    DELETE FROM identity_keys AS k
                    USING unnest($3::text[], $4::text[], $5::text[]) AS u (kind, value, device_id)
                    WHERE k.tenant_id = $1 AND k.kind = u.kind AND k.value = u.value AND k.connector_id = $2
                      AND k.device_id = u.device_id
                    """, place + columns(removed)))
        }
        if !added.isEmpty {
            added.sort { ($0.key.kind.rawValue, $0.key.value) < ($1.key.kind.rawValue, $1.key.value) }
            statements.append(
                Statement(
                    """
                    INSERT INTO identity_keys (tenant_id, kind, value, connector_id, device_id)
                    SELECT $1, u.kind, u.value, $2, u.device_id
                    FROM unnest($3::text[], $4::text[], $5::text[]) AS u (kind, value, device_id)
                    ON CONFLICT DO NOTHING
                    """, place + columns(added)))
        }
        return statements
    }

    private func columns(_ keys: [(key: IdentityKey, device: String)]) -> [Value] {
        [
            .textArray(keys.map(\.key.kind.name)), .textArray(keys.map(\.key.value)), .textArray(keys.map(\.device)),
        ]
    }

    /// That a device made its endpoint is told by its link; merges tell of themselves.
    private func events(_ items: [IdentityDecisions.Item], _ encoder: ReportEncoder) throws -> [Statement] {
        var events: [IdentityEvent.New] = []
        for item in items {
            let link = item.device.link
            if case .linked(let endpoint) = item.resolution.outcome {
                events.append(
                    .init(
                        .linked, item.endpoint ?? endpoint, link: link, confidence: item.resolution.confidence,
                        evidence: try item.resolution.evidence.json(encoder)))
            } else if item.stored?.isEnded == true, let endpoint = item.endpoint {
                events.append(.init(.returned, endpoint, link: link))
            }
        }
        return IdentityEvent.insertion(events, tenant: tenant)
    }
}
