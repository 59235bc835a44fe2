import Domain
import Foundation
import Simulators
import TestSupport

/// What Garrison's own tables say, beside what the vendors of an estate truly know: each difference is a sentence.
struct EstateTruth {
    let database = TestDatabase.current
    let estate: Estate
    let vendors: [EstateVendor]

    private struct Link {
        let vendor: String
        let device: String
        let endpoint: String?
        let isListed: Bool
        let software: Set<String>
        let keys: [String]
    }

    private struct Endpoint {
        let hostname: String
        let software: Set<String>
    }

    func differences() async throws -> [String] {
        let links = try await links()
        var found = devices(links)
        found += try await endpoints(links)
        found += try await alerts(links)
        found += try await incidents()
        found += try await leftovers()
        return found
    }

    private func view(_ vendor: String) -> EstateView {
        vendors.first { $0.kind == vendor }?.simulator.view ?? EstateView()
    }

    /// Exactly the devices that vendors list are linked, with the software that each lists.
    private func devices(_ links: [Link]) -> [String] {
        var found: [String] = []
        for vendor in vendors {
            let view = vendor.simulator.view
            let listed = links.filter { $0.vendor == vendor.kind && $0.isListed }
            found += difference(Set(listed.map(\.device)), Set(view.devices.keys), "devices of \(vendor.kind)")
            for link in listed where vendor.hasSoftware && view.devices[link.device] != nil {
                let truth = view.software[link.device] ?? []
                found += difference(link.software, truth, "software of \(vendor.kind) \(link.device)")
            }
        }
        return found
    }

    /// Every machine that was ever seen is one endpoint, and every endpoint is one machine.
    private func endpoints(_ links: [Link]) async throws -> [String] {
        var found: [String] = []
        let views = Dictionary(uniqueKeysWithValues: vendors.map { ($0.kind, $0.simulator.view) })
        let endpoints = try await storedEndpoints()
        var machines: [String: Set<Int>] = [:]
        var places: [Int: Set<String>] = [:]
        for link in links {
            guard let machine = views[link.vendor]?.everKnown[link.device], let endpoint = link.endpoint else {
                found.append("\(link.vendor) \(link.device) is of no machine or endpoint")
                continue
            }
            machines[endpoint, default: []].insert(machine)
            places[machine, default: []].insert(endpoint)
        }
        found += places.filter { $0.value.count > 1 }.map { "machine \($0.key) is \($0.value.count) endpoints" }
        found += difference(Set(endpoints.keys), Set(machines.keys), "endpoints")
        for (id, endpoint) in endpoints {
            guard let numbers = machines[id], let number = numbers.first else { continue }
            let machine = estate.machine(number)
            if numbers.count > 1 { found.append("\(endpoint.hostname) is \(numbers.count) machines") }
            if !endpoint.hostname.lowercased().hasPrefix(machine.hostname) {
                found.append("machine \(number) is called \(endpoint.hostname), not \(machine.hostname)")
            }
            let own = links.filter { $0.endpoint == id }
            if Set(own.flatMap(\.keys)).count != 1 { found.append("\(endpoint.hostname) has other keys than one MAC") }
            found += software(endpoint, own.filter(\.isListed))
        }
        return found
    }

    /// Each product that a source lists, once, in a version that one of them says.
    private func software(_ endpoint: Endpoint, _ links: [Link]) -> [String] {
        let listed = links.reduce(into: Set<String>()) { $0.formUnion($1.software) }
        // A source that lists nothing takes nothing away.
        guard !listed.isEmpty else { return [] }
        func product(_ line: String) -> String { line.split(separator: " ").dropLast().joined(separator: " ") }
        let products = Set(listed.map(product))
        var found = difference(Set(endpoint.software.map(product)), products, "products of \(endpoint.hostname)")
        if endpoint.software.count != products.count { found.append("\(endpoint.hostname) has a product twice") }
        if !endpoint.software.isSubset(of: listed) { found.append("\(endpoint.hostname) has what no source lists") }
        return found
    }

    private func alerts(_ links: [Link]) async throws -> [String] {
        var found: [String] = []
        let places = Dictionary(links.map { ("\($0.vendor) \($0.device)", $0.endpoint) }) { first, _ in first }
        var stored: [String: Set<String>] = [:]
        let rows = try await query(
            """
            SELECT c.kind, a.source_id, a.status, coalesce(a.endpoint_id::text, ''), coalesce(i.endpoint_id::text, '')
            FROM alerts AS a
            JOIN connectors AS c ON c.tenant_id = a.tenant_id AND c.id = a.connector_id
            LEFT JOIN incidents AS i ON i.tenant_id = a.tenant_id AND i.id = a.incident_id
            WHERE a.tenant_id = $1
            """)
        for row in rows {
            let (vendor, id, status) = (row[0], row[1], row[2])
            stored[vendor, default: []].insert(id)
            guard let alert = view(vendor).alerts[id] else {
                found.append("\(vendor) has no alert \(id)")
                continue
            }
            let endpoint = places["\(vendor) \(alert.device)"] ?? nil
            if status != alert.status { found.append("\(vendor) alert \(id) is \(status), not \(alert.status)") }
            if row[3] != endpoint ?? "" { found.append("\(vendor) alert \(id) is of another endpoint") }
            if row[4] != endpoint ?? "" { found.append("\(vendor) alert \(id) is in no incident of its endpoint") }
        }
        for vendor in vendors {
            // What was dealt with before it was ever read is not listed by Sophos.
            let expected = vendor.simulator.view.alerts.filter {
                vendor.kind != "sophos" || $0.value.status != "resolved"
            }
            let lost = Set(expected.keys).subtracting(stored[vendor.kind] ?? [])
            found += lost.sorted().map { "\(vendor.kind) alert \($0) is lost" }
        }
        return found
    }

    /// An incident sums up its alerts: as many as it says, as bad as the worst, resolved when all are.
    private func incidents() async throws -> [String] {
        try await query(
            """
            SELECT i.title, i.status, i.severity, i.alert_count::text, s.count::text, s.is_resolved::text, s.worst
            FROM incidents AS i
            CROSS JOIN LATERAL (
              SELECT count(*) AS count, coalesce(bool_and(a.status = 'resolved'), false) AS is_resolved,
                (ARRAY['low', 'medium', 'high', 'critical'])[coalesce(max(CASE a.severity
                  WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END), 1)] AS worst
              FROM alerts AS a
              WHERE a.tenant_id = $1 AND a.incident_id = i.id
            ) AS s
            WHERE i.tenant_id = $1 AND (s.count = 0 OR s.count <> i.alert_count
              OR s.is_resolved <> (i.status = 'resolved') OR s.worst <> i.severity)
            """
        ).map { "an incident is wrong: \($0.joined(separator: ", "))" }
    }

    /// Nothing waits, is locked, in doubt or failed.
    private func leftovers() async throws -> [String] {
        try await query(
            """
            SELECT 'job ' || kind || ' ' || state || ' ' || coalesce(error, '')
            FROM jobs WHERE tenant_id = $1 AND state <> 'done'
            UNION ALL
            SELECT 'connector ' || name || ' ' || coalesce(locked_by, '') || ' ' || coalesce(last_error, '')
            FROM connectors WHERE tenant_id = $1 AND (locked_by IS NOT NULL OR last_error IS NOT NULL)
            UNION ALL
            SELECT 'collision ' || device_id FROM identity_collisions WHERE tenant_id = $1
            UNION ALL
            SELECT 'pending ' || device_id FROM endpoint_sources
            WHERE tenant_id = $1 AND ended_at IS NULL AND (software_pending OR quarantined_at IS NOT NULL)
            UNION ALL
            SELECT 'shared key ' || k.kind || ' ' || k.value
            FROM identity_keys AS k
            JOIN endpoint_sources AS s
              ON s.tenant_id = $1 AND s.connector_id = k.connector_id AND s.device_id = k.device_id
            WHERE k.tenant_id = $1 AND k.kind IN ('hardware', 'directory', 'serial', 'machine', 'interface')
            GROUP BY k.kind, k.value
            HAVING count(DISTINCT s.endpoint_id) > 1
            """
        ).map { "left: \($0[0])" }
    }

    private func difference(_ found: Set<String>, _ truth: Set<String>, _ what: String) -> [String] {
        if found == truth { return [] }
        let (lost, added) = (truth.subtracting(found).sorted(), found.subtracting(truth).sorted())
        return ["\(what): lost \(lost.prefix(4)) of \(truth.count), added \(added.prefix(4))"]
    }

    private static let titles = """
        ARRAY(
          SELECT lower(t.name || ' ' || t.version)
          FROM software_sets AS l
          CROSS JOIN LATERAL unnest(l.title_ids) AS i (id)
          JOIN software_titles AS t ON t.id = i.id
          WHERE l.tenant_id = $1 AND l.hash = x.software_set)
        """

    private func links() async throws -> [Link] {
        let rows = try await database.store.app.query(
            """
            SELECT c.kind, x.device_id, x.endpoint_id::text, x.ended_at IS NULL, \(Self.titles), ARRAY(
              SELECT k.value FROM identity_keys AS k
              WHERE k.tenant_id = $1 AND k.connector_id = x.connector_id AND k.device_id = x.device_id
                AND k.kind = 'interface')
            FROM endpoint_sources AS x
            JOIN connectors AS c ON c.tenant_id = x.tenant_id AND c.id = x.connector_id
            WHERE x.tenant_id = $1
            """, [.id(database.a.id)], tenant: database.a.id)
        return try rows.map { row in
            Link(
                vendor: try row.decode(0), device: try row.decode(1), endpoint: try row.decode(2),
                isListed: try row.decode(3), software: Set(try row.decode(4, as: [String].self)),
                keys: try row.decode(5))
        }
    }

    private func storedEndpoints() async throws -> [String: Endpoint] {
        let rows = try await database.store.app.query(
            "SELECT x.id::text, x.hostname, \(Self.titles) FROM endpoints AS x WHERE x.tenant_id = $1",
            [.id(database.a.id)], tenant: database.a.id)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (
                    try row.decode(0),
                    Endpoint(hostname: try row.decode(1), software: Set(try row.decode(2, as: [String].self)))
                )
            })
    }

    /// Rows of texts.
    private func query(_ sql: String) async throws -> [[String]] {
        let columns = sql.contains("source_id") ? 5 : sql.contains("alert_count") ? 7 : 1
        return try await database.store.app.query(sql, [.id(database.a.id)], tenant: database.a.id).map { row in
            try (0..<columns).map { try row.decode($0, as: String.self) }
        }
    }
}
