import Domain
import Postgres

extension PatchStore {
    /// Makes patches of the advisories that were loaded before there were patches, some thousand packages at a time; what
    /// was done stays done whenever it ends. At the end every tenant's figures are made. Does nothing while intelligence is
    /// imported.
    /// - Returns: how many packages that were.
    @discardableResult
    public func deriveBacklog() async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            guard let done = try await deriveSome() else { return count }
            if done == 0 { break }
            count += done
        }
        for tenant in try await store.tenants.list() {
            try await store.app.transaction(tenant: tenant.id) { connection in
                try await connection.run([
                    Statement("SELECT lock_endpoints($1)", [.id(tenant.id)]),
                    Statement(
                        "UPDATE finding_sets SET is_pending = true WHERE tenant_id = $1 AND NOT is_pending",
                        [.id(tenant.id)]),
                ])
            }
        }
        _ = try await store.owner.query("DELETE FROM patch_backlog WHERE ecosystem = ''", [], tenant: nil)
        return count
    }

    private static let slice = 5_000

    /// Nil where there is nothing to do, or another process is at it; 0 when all is derived, and the row without an
    /// ecosystem says that tenants' figures are not.
    private func deriveSome() async throws -> Int? {
        try await store.owner.transaction(tenant: nil) { connection in
            let isWaiting = "SELECT EXISTS (SELECT FROM patch_backlog)"
            let lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('garrison.intelligence', 0))"
            guard try await connection.query(isWaiting).bool(0, 0), try await connection.query(lock).bool(0, 0) else {
                return nil
            }
            _ = try await connection.query(PatchDerivation.table)
            let taken = try await connection.query(
                """
                WITH taken AS (
                  DELETE FROM patch_backlog AS b
                  USING (
                    SELECT ecosystem, package FROM patch_backlog WHERE ecosystem <> ''
                    ORDER BY ecosystem, package
                    LIMIT \(Self.slice)
                  ) AS s
                  WHERE b.ecosystem = s.ecosystem AND b.package = s.package
                  RETURNING b.ecosystem, b.package
                ), staged AS (
                  INSERT INTO stage_touched SELECT ecosystem, package FROM taken
                )
                SELECT count(*), coalesce(bool_or(ecosystem = 'cpe' AND package = ''), false) FROM taken
                """)[0]
            if try taken.decode(1) { try await ProductFixes(connection: connection).readAll() }
            try await PatchDerivation(connection: connection).run()
            return try taken.decode(0, as: Int.self)
        }
    }
}
