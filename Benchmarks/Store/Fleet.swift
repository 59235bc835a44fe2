import Domain
import Foundation
import Logging
import Postgres
import Scanner
import Store

/// A tenant with 100,000 endpoints that share 1,000 sets of 500 packages, and advisories for a part of
/// the packages: some 100 findings an endpoint.
struct Fleet: Sendable {
    static let endpoints = 100_000
    static let sets = 1_000
    static let packagesInSet = 500
    /// Names there are; each in one of `versions` versions.
    private static let names = 2_000
    private static let versions = 10

    let url: String
    let store: Store
    let tenant: TenantID
    let index = Fleet.makeIndex()

    /// - Parameter endpoints: false for a tenant without any.
    init(_ bench: Bench, database name: String, endpoints: Bool) async throws {
        url = try await bench.server.makeDatabase(name)
        try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url)
        var logger = Logger(label: "garrison.bench")
        logger.logLevel = .error
        store = try await Store.connect(url, connections: 4, logger: logger)
        tenant = try await store.tenants.create(name: "fleet").id
        if endpoints { try await fill() }
    }

    /// The endpoints without going through the store, in a few statements.
    private func fill() async throws {
        try await store.owner.withConnection { connection in
            for statement in Self.statements {
                try await connection.query(statement, statement.contains("$1") ? [.id(tenant)] : [])
            }
            try await connection.query("VACUUM ANALYZE")
        }
    }

    private static let statements = [
        """
        INSERT INTO software_titles (content_hash, type, name, version, architecture)
        SELECT md5(n || ' ' || v)::uuid, 'deb', 'package-' || n, '1.' || v || '-1', 'amd64'
        FROM generate_series(0, \(names - 1)) AS n
        CROSS JOIN generate_series(0, \(versions - 1)) AS v
        """,
        """
        INSERT INTO software_sets (tenant_id, hash, title_ids)
        SELECT $1, md5(s::text)::uuid, array_agg(t.id ORDER BY t.id)
        FROM generate_series(0, \(sets - 1)) AS s
        CROSS JOIN generate_series(0, \(packagesInSet - 1)) AS p
        JOIN software_titles AS t
          ON t.content_hash = md5((s * 7 + p * 4) % \(names) || ' ' || (s + p) % \(versions))::uuid
        GROUP BY s
        """,
        """
        INSERT INTO endpoints (tenant_id, hostname, device_id, os_type, os_id, os_version, software_set)
        SELECT $1, 'host-' || n, 'device-' || n, 'linux', 'debian', '12', md5((n % \(sets))::text)::uuid
        FROM generate_series(1, \(endpoints)) AS n
        """,
    ]

    /// Two advisories for each second name, each fixed in the fifth of the ten versions or later.
    private static func makeIndex() -> ScanIndex {
        var builder = ScanIndexBuilder()
        let release = Ecosystem(family: "debian", release: "12")
        for number in stride(from: 0, to: names, by: 2) {
            for part in 0..<2 {
                let package = AffectedPackage(
                    ecosystem: release, name: "package-\(number)",
                    ranges: [VersionRange(introduced: "0", fixed: "1.\(2 + (number + part) % 4)-1")])
                let id = "CVE-2024-\(10_000 + number * 2 + part)"
                builder.add(
                    .advisory(
                        Advisory(
                            id: id, source: .debian, vulnerabilities: [id],
                            vectors: ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"], affected: [package])))
            }
        }
        return builder.finish()
    }

    /// Batches of inventories, as agents send them: `count` machines over the 1,000 sets.
    static func inventories(_ count: Int, batch: Int = 500, at moment: Date) -> [[Inventory]] {
        stride(from: 0, to: count, by: batch).map { start in
            (start..<min(start + batch, count)).map { inventory($0, at: moment) }
        }
    }

    private static func inventory(_ number: Int, at moment: Date) -> Inventory {
        let set = number % sets
        return Inventory(
            collectedAt: moment, deviceID: "device-\(number)", hostname: "host-\(number)",
            os: OperatingSystem(id: "debian", name: "Debian GNU/Linux", version: "12"),
            packages: (0..<packagesInSet).map { position in
                InstalledPackage(
                    type: "deb", name: "package-\((set * 7 + position * 4) % names)",
                    version: "1.\((set + position) % versions)-1", architecture: "amd64")
            })
    }
}
