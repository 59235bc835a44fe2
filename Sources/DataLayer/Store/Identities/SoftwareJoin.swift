import Domain
import FoundationEssentials
import Postgres

/// What sources list as installed, and what follows for the endpoints.
///
/// A host's own list of packages counts alone. Without one, the lists of all sources that have the machine count
/// together: of a product that several list, as the source says whose list changed last. Nothing is taken away by a
/// source that lists nothing.
struct SoftwareJoin {
    let connection: Connection
    let tenant: TenantID

    /// Devices whose lists are worked out by one statement.
    private static let batch = 2000

    /// Works out the lists of a connector's devices that are marked.
    ///
    /// - Returns: the endpoints that have other software now.
    func settle(_ connector: ConnectorID) async throws -> [EndpointID] {
        var changed: [EndpointID] = []
        while true {
            let rows = try await connection.query(
                Self.lists, [.id(tenant), .id(connector), .int(Self.batch)])
            changed += try await settle(Set(rows.compactMap { try $0.decode(0, as: EndpointID?.self) }))
            if rows.count < Self.batch { return changed }
        }
    }

    /// A set's key is the same as `softwareSetHash` makes. A device of which nothing is listed any more has no list.
    private static let lists = """
        WITH picked AS MATERIALIZED (
          SELECT device_id
          FROM endpoint_sources
          WHERE tenant_id = $1 AND connector_id = $2 AND software_pending
          ORDER BY device_id
          LIMIT $3
        ), titles AS (
          SELECT p.device_id, r.title_id, max((r.report #>> '{package,install_date}')::timestamptz)::date AS installed
          FROM picked AS p
          CROSS JOIN LATERAL (
            SELECT c.title_id, c.report
            FROM connector_records AS c
            WHERE c.tenant_id = $1 AND c.connector_id = $2 AND c.device_id = p.device_id AND c.stream = 'software'
              AND c.title_id IS NOT NULL
            OFFSET 0
          ) AS r
          GROUP BY p.device_id, r.title_id
        ), lists AS MATERIALIZED (
          SELECT device_id, array_agg(title_id ORDER BY title_id) AS title_ids,
            array_agg(installed ORDER BY title_id) AS install_dates,
            encode(substring(sha256(string_agg(int8send(title_id), ''::bytea ORDER BY title_id)) FOR 16), 'hex')::uuid
              AS hash
          FROM titles
          GROUP BY device_id
        ), sets AS (
          INSERT INTO software_sets (tenant_id, hash, title_ids)
          SELECT DISTINCT ON (hash) $1::uuid, hash, title_ids FROM lists
          ON CONFLICT DO NOTHING
        )
        UPDATE endpoint_sources AS s
        SET software_pending = false, software_set = l.hash, install_dates = l.install_dates,
          software_at = CASE WHEN s.software_set IS DISTINCT FROM l.hash THEN now() ELSE s.software_at END
        FROM picked AS p
        LEFT JOIN lists AS l ON l.device_id = p.device_id
        WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = p.device_id
        RETURNING s.endpoint_id
        """

    /// Gives endpoints the software that their sources list together.
    ///
    /// - Returns: those that have other software now.
    func settle(_ endpoints: Set<EndpointID>) async throws -> [EndpointID] {
        if endpoints.isEmpty { return [] }
        return try await connection.query(
            Self.union, [.id(tenant), .uuidArray(endpoints.map(\.uuid))]
        ).map { try $0.decode(0) }
    }

    /// Endpoints that were inventoried before there were links have their own list without one.
    private static let union = """
        WITH wanted AS MATERIALIZED (
          SELECT e.id
          FROM unnest($2::uuid[]) AS u (id)
          JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = u.id
          WHERE NOT EXISTS (
            SELECT
            FROM endpoint_sources AS s
            JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
            CROSS JOIN LATERAL (
              SELECT FROM software_sets
              WHERE tenant_id = $1 AND hash = s.software_set AND package_count > 0
              LIMIT 1
            ) AS l
            WHERE s.tenant_id = $1 AND s.endpoint_id = e.id AND \(ownList))
            AND (e.inventory_at IS NULL OR EXISTS (
              SELECT
              FROM endpoint_sources AS s
              JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
              WHERE s.tenant_id = $1 AND s.endpoint_id = e.id AND \(ownList)))
        ), lists AS (
          SELECT s.endpoint_id, s.connector_id, s.device_id, s.software_at, l.title_ids, s.install_dates
          FROM wanted AS w
          JOIN endpoint_sources AS s ON s.tenant_id = $1 AND s.endpoint_id = w.id
          -- LIMIT, so that each is looked up by its key: nothing is known yet of sets that this transaction made.
          CROSS JOIN LATERAL (
            SELECT title_ids FROM software_sets WHERE tenant_id = $1 AND hash = s.software_set LIMIT 1
          ) AS l
          WHERE s.ended_at IS NULL
        ), ranked AS (
          SELECT l.endpoint_id, i.title_id, i.installed, rank() OVER (
            PARTITION BY l.endpoint_id, lower(t.name)
            ORDER BY l.software_at DESC NULLS LAST, l.connector_id, l.device_id) AS place
          FROM lists AS l
          CROSS JOIN LATERAL unnest(l.title_ids, l.install_dates) AS i (title_id, installed)
          JOIN software_titles AS t ON t.id = i.title_id
        ), titles AS (
          SELECT endpoint_id, title_id, max(installed) AS installed
          FROM ranked
          WHERE place = 1
          GROUP BY endpoint_id, title_id
        ), unions AS MATERIALIZED (
          SELECT endpoint_id, array_agg(title_id ORDER BY title_id) AS title_ids,
            array_agg(installed ORDER BY title_id) AS install_dates,
            encode(substring(sha256(string_agg(int8send(title_id), ''::bytea ORDER BY title_id)) FOR 16), 'hex')::uuid
              AS hash
          FROM titles
          GROUP BY endpoint_id
        ), sets AS (
          INSERT INTO software_sets (tenant_id, hash, title_ids)
          SELECT DISTINCT ON (hash) $1::uuid, hash, title_ids FROM unions
          ON CONFLICT DO NOTHING
        )
        UPDATE endpoints AS e
        SET software_set = u.hash, install_dates = u.install_dates, updated_at = now()
        FROM unions AS u
        WHERE e.tenant_id = $1 AND e.id = u.endpoint_id AND e.software_set IS DISTINCT FROM u.hash
        RETURNING e.id
        """

    /// The accounts whose lists are the hosts' own.
    static let ownList = "c.is_implicit AND c.kind IN ('inventory', 'agent', 'osquery')"
}

extension SoftwareTitles {
    /// The titles of a page of software, in the order of its rows; none for a package that cannot be stored, and
    /// nothing for other pages.
    func ids(of reports: ConnectorReports, _ rows: ReportRows) async throws -> [Int64?] {
        guard case .software(let reports) = reports else { return [] }
        var register: [SoftwareTitle: Int] = [:]
        var titles: [SoftwareTitle] = []
        var places: [Int?] = []
        for origin in rows.origins {
            let package = reports[origin].package
            guard InventoryCheck.canBeStored(package) else {
                places.append(nil)
                continue
            }
            let title = SoftwareTitle(package)
            let place = register[title] ?? titles.count
            if place == titles.count {
                register[title] = place
                titles.append(title)
            }
            places.append(place)
        }
        if titles.isEmpty { return places.map { _ in nil } }
        let ids = try await ids(of: titles)
        return places.map { $0.map { ids[$0] } }
    }
}
