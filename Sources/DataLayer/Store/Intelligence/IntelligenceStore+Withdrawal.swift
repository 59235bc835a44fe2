import Domain
import Postgres

extension IntelligenceStore {
    /// Takes out documents that their publisher took back, with all of their parts.
    /// - Returns: how many advisories that were.
    @discardableResult
    public func withdraw(_ documents: [String], of source: IntelligenceSource) async throws -> Int {
        let count = try await store.owner.transaction(tenant: nil) { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('garrison.intelligence', 0))")
            _ = try await connection.query(IntelligenceChanges.table)
            _ = try await connection.query(PatchDerivation.table)
            let isNamed = "source = $1 AND split_part(advisory_id, '/', 1) = ANY ($2::text[])"
            let names: [Value] = [.text(source.rawValue), .textArray(documents)]
            let gone = try await connection.query("SELECT count(*) FROM advisories WHERE \(isNamed)", names)[0]
                .decode(0, as: Int.self)
            guard gone > 0 else { return 0 }
            _ = try await connection.query(
                IntelligenceChanges.noting("DELETE FROM advisories AS a WHERE \(isNamed)"), names)
            try await PatchDerivation(connection: connection).run()
            try await IntelligenceChanges(connection: connection).record()
            _ = try await connection.run([ChangeNotice.statement(nil)])
            return gone
        }
        if count > 0 { store.cache.invalidateAll() }
        return count
    }
}
