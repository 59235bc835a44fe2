import Domain
import Foundation
import Postgres
import Store

/// The list of patches that are missing, beside the plainest statement that gives its first page.
struct AvailablePatches: BenchmarkGroup {
    static let name = "patches"
    static let summary = "the list of available patches, with 100,000 patches missing on 100,000 endpoints"

    private static let patches = 100_000
    private static let requests = 400

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_patches", endpoints: true)
        do {
            try await seed(fleet)
            try await measure(fleet, bench)
        } catch {
            await fleet.store.close()
            throw error
        }
        await fleet.store.close()
    }

    /// Figures as scans of a large estate leave them: a tenth of the patches is missing on most of it.
    private func seed(_ fleet: Fleet) async throws {
        _ = try await fleet.store.owner.query(
            """
            INSERT INTO patches (kb_number, kind, title, severity, released_date, reboot_required, products)
            SELECT 'DSA-' || n || '-1',
              CASE WHEN n % 4 = 0 THEN 'application' ELSE 'distribution_update' END,
              'package-' || n % 4000 || ' - security update',
              (ARRAY['critical', 'high', 'medium', 'low'])[1 + n % 4], date '2020-01-01' + n % 2000, n % 7 = 0,
              ARRAY['Debian 12']
            FROM generate_series(1, \(Self.patches)) AS n
            """, [], tenant: nil)
        _ = try await fleet.store.app.query(
            """
            INSERT INTO tenant_patches
              (tenant_id, patch_id, endpoints, vulnerabilities, risk, needs_reboot, released_date)
            SELECT $1, id, e.endpoints, 1 + e.endpoints % 40, e.endpoints::bigint * 430, reboot_required, released_date
            FROM patches
            CROSS JOIN LATERAL (SELECT 1 + abs(hashtext(kb_number)) % 100000 AS endpoints) AS e
            """, [.id(fleet.tenant)], tenant: fleet.tenant)
        try await fleet.store.owner.withConnection { try await $0.query("VACUUM ANALYZE") }
    }

    private static let queries: [PatchStore.Query] = [
        .init(), .init(sort: .risk), .init(sort: .endpoints), .init(sort: .released), .init(severity: .critical),
        .init(needsReboot: true), .init(kind: .application, sort: .risk),
    ]

    /// The same rows without filters, keys or cursors.
    private static let plain = """
        SELECT p.id, p.kb_number, p.title, p.severity, p.released_date, t.endpoints, t.vulnerabilities, t.risk
        FROM tenant_patches AS t
        JOIN patches AS p ON p.id = t.patch_id
        WHERE t.tenant_id = $1 AND t.endpoints > 0
        ORDER BY t.reboot_order, t.patch_id
        LIMIT 101
        """

    private func measure(_ fleet: Fleet, _ bench: Bench) async throws {
        for (name, place) in [("p50", 0.5), ("p99", 0.99)] {
            let plain = Contender("raw SQL, \(name)") {
                try await Self.percentile(place) { _ in
                    _ = try await fleet.store.app.query(Self.plain, [.id(fleet.tenant)], tenant: fleet.tenant)
                }
            }
            let list = Contender("patches.available_\(name)") {
                try await Self.percentile(place) { _ in
                    let page = try await fleet.store.patches.list(PatchStore.Query(), tenant: fleet.tenant)
                    guard page.items.count == 100 else {
                        throw BenchError.unexpectedOutput("list", output: "\(page.items.count) patches")
                    }
                }
            }
            try await bench.compare([list], with: plain, unit: "ms")
        }
        // Each order and filter in turn, with the page after.
        try await bench.measure("patches.available_any_p99", unit: "ms", required: .atMost(50)) {
            try await Self.percentile(0.99) { number in
                var query = Self.queries[number / 2 % Self.queries.count]
                if number % 2 == 1 {
                    query.cursor = try await fleet.store.patches.list(query, tenant: fleet.tenant).next
                }
                _ = try await fleet.store.patches.list(query, tenant: fleet.tenant)
            }
        }
    }

    /// One request after the other, in milliseconds.
    private static func percentile(_ place: Double, _ request: (Int) async throws -> Void) async throws -> Double {
        var times: [Double] = []
        let clock = ContinuousClock()
        for number in 0..<requests {
            let start = clock.now
            try await request(number)
            times.append((clock.now - start).seconds * 1000)
        }
        times.sort()
        return times[min(times.count - 1, Int(Double(times.count) * place))]
    }
}
