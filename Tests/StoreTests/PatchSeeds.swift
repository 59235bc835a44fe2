import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport

/// What the tests of patches share.
enum PatchSeeds {
    /// An OSV record of Debian 12, as its publisher writes them.
    static func record(
        _ id: String, on package: String, fixed: String, cves: [String], modified: String = "2024-03-01",
        ecosystem: String = "Debian:12", title: String = "A security update", withdrawn: String? = nil
    ) -> String {
        let names = cves.map { "\"\($0)\"" }.joined(separator: ", ")
        let end = withdrawn.map { #""withdrawn": "\#($0)T00:00:00Z", "# } ?? ""
        return #"""
            {"id": "\#(id)", "upstream": [\#(names)], "related": [\#(names)], "summary": "\#(title)", \#(end)
             "published": "2024-02-01T00:00:00Z", "modified": "\#(modified)T00:00:00Z", "severity": [],
             "affected": [{"package": {"ecosystem": "\#(ecosystem)", "name": "\#(package)"},
               "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "\#(fixed)"}]}]}]}
            """#
    }
}

extension TestDatabase {
    func load(records: [String], origin: String = "file") async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write("[\(records.joined(separator: ",\n"))]", to: "records.json")
        try await store.intelligence.importFeed(path: path, source: .osv, origin: origin)
    }

    /// The catalogue of patches of packages, line by line.
    func patchCatalogue() async throws -> [String] {
        try await lines(
            """
            SELECT concat_ws(' | ', 'patch', kb_number, kind, title, coalesce(severity, '-'),
              coalesce(released_date::text, '-'), reboot_required, is_superseded, products::text)
            FROM patches WHERE kind <> 'windows_update'
            UNION ALL
            SELECT concat_ws(' | ', 'package', p.kb_number, k.ecosystem, k.package, k.fixed_version, k.stream)
            FROM patch_packages AS k JOIN patches AS p ON p.id = k.patch_id
            UNION ALL
            SELECT concat_ws(' | ', 'fix', f.ecosystem, f.package, f.fixed_version, p.kb_number)
            FROM patch_fixes AS f JOIN patches AS p ON p.id = f.patch_id
            WHERE f.ecosystem <> 'windows'
            UNION ALL
            SELECT concat_ws(' | ', 'order', s.kb_number, s.superseded)
            FROM patch_supersedence AS s JOIN patches AS p USING (kb_number)
            WHERE p.kind <> 'windows_update'
            UNION ALL
            SELECT concat_ws(' | ', 'cve', v.kb_number, v.cve_id)
            FROM patch_vulnerabilities AS v JOIN patches AS p USING (kb_number)
            WHERE p.kind <> 'windows_update'
            ORDER BY 1
            """)
    }

    private func lines(_ query: String) async throws -> [String] {
        try await store.owner.query(query, [], tenant: nil).map { try $0.decode(0, as: String.self) }
    }

    /// The figures of a tenant's patches, as they are kept.
    func patchFigures(_ tenant: TenantID) async throws -> [String] {
        try await store.app.query(
            """
            SELECT concat_ws(' | ', p.kb_number, t.endpoints, t.vulnerabilities, t.risk)
            FROM tenant_patches AS t
            JOIN patches AS p ON p.id = t.patch_id
            WHERE (t.endpoints, t.vulnerabilities, t.risk) <> (0, 0, 0)
            ORDER BY 1
            """, tenant: tenant
        ).map { try $0.decode(0, as: String.self) }
    }

    /// The same from scratch, endpoint by endpoint.
    func countedPatchFigures(_ tenant: TenantID) async throws -> [String] {
        try await store.app.query(
            """
            SELECT concat_ws(' | ', p.kb_number, count(DISTINCT e.id), count(DISTINCT f.vulnerability_id),
              sum(floor(f.risk_score::float8 * 10 + 0.5)::bigint))
            FROM endpoints AS e
            JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
            JOIN patch_fixes AS x ON (x.ecosystem, x.package, x.fixed_version) = (f.ecosystem, f.package, f.fixed)
            JOIN patches AS p ON p.id = x.patch_id
            WHERE f.status IN ('open', 'in_progress')
            GROUP BY p.kb_number
            ORDER BY 1
            """, tenant: tenant
        ).map { try $0.decode(0, as: String.self) }
    }
}
