import Domain
import FoundationEssentials
import Postgres

/// The catalogue of distinct package versions.
package struct SoftwareTitles: Sendable {
    let owner: Database

    package init(owner: Database) { self.owner = owner }

    /// The ids of distinct titles, in their order; titles are made where they are new. The catalogue holds
    /// no tenant's data, so this runs outside the tenant's transaction; a title without an endpoint does
    /// no harm.
    package func ids(of titles: [SoftwareTitle]) async throws -> [Int64] {
        let hashes = titles.map(\.contentHash)
        var found = try await known(hashes)
        let missing = titles.indices.filter { found[hashes[$0]] == nil }
        if !missing.isEmpty {
            try await insert(missing.map { (titles[$0], hashes[$0]) })
            found.merge(try await known(missing.map { hashes[$0] })) { first, _ in first }
        }
        return try hashes.map { hash in
            guard let id = found[hash] else { throw PostgresError(.decoding, detail: "a new title is gone") }
            return id
        }
    }

    private func known(_ hashes: [UUID]) async throws -> [UUID: Int64] {
        let rows = try await owner.query(
            "SELECT content_hash, id FROM software_titles WHERE content_hash = ANY($1)", [.uuidArray(hashes)],
            tenant: nil)
        var ids: [UUID: Int64] = [:]
        ids.reserveCapacity(rows.count)
        for row in rows { ids[try row.decode(0)] = try row.decode(1) }
        return ids
    }

    private func insert(_ titles: [(title: SoftwareTitle, hash: UUID)]) async throws {
        // Sorted, so that two imports that insert the same titles take their locks in one order.
        let sorted = titles.sorted { $0.hash < $1.hash }
        let packages = sorted.map(\.title.package)
        _ = try await owner.query(
            """
            INSERT INTO software_titles
              (content_hash, type, name, version, architecture, source, source_version, vendor, module, cpe,
               bundle_identifier, signer)
            SELECT *
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
            ON CONFLICT (content_hash) DO NOTHING
            """,
            [
                .uuidArray(sorted.map(\.hash)), .textArray(packages.map(\.type)), .textArray(packages.map(\.name)),
                .textArray(packages.map(\.version)), .textArray(packages.map(\.architecture)),
                .textArray(packages.map(\.source)), .textArray(packages.map(\.sourceVersion)),
                .textArray(packages.map(\.vendor)), .textArray(packages.map(\.module)),
                .textArray(packages.map(\.cpe)), .textArray(packages.map(\.bundleIdentifier)),
                .textArray(packages.map(\.signer)),
            ], tenant: nil)
    }

    /// The packages of title ids, for the scanner.
    package func packages(_ ids: [Int64]) async throws -> [Int64: InstalledPackage] {
        let rows = try await owner.query(
            """
            SELECT id, type, name, version, architecture, source, source_version, vendor, module, cpe,
              bundle_identifier, signer
            FROM software_titles
            WHERE id = ANY($1)
            """, [.int8Array(ids)], tenant: nil)
        var packages: [Int64: InstalledPackage] = [:]
        packages.reserveCapacity(rows.count)
        for row in rows {
            packages[try row.decode(0)] = InstalledPackage(
                type: try row.decode(1), name: try row.decode(2), version: try row.decode(3),
                architecture: try row.decode(4), source: try row.decode(5), sourceVersion: try row.decode(6),
                vendor: try row.decode(7), module: try row.decode(8), cpe: try row.decode(9),
                bundleIdentifier: try row.decode(10), signer: try row.decode(11))
        }
        return packages
    }
}
