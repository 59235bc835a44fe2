import Postgres

extension DatabaseExamination {
    /// A missing role is none to worry about where this user may make it, as migrating does.
    /// Requests run under `garrison_app`, which row-level security binds; finding out whose they are,
    /// under `garrison_system`.
    func roles(_ database: Database) async throws -> Check {
        let rows = try await database.query(
            """
            SELECT wanted, r.oid IS NOT NULL, coalesce(r.rolsuper OR r.rolbypassrls, false),
              coalesce(pg_has_role(current_user, r.oid, 'MEMBER'), false),
              (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user),
              current_user::text
            FROM unnest(ARRAY['garrison_app', 'garrison_system']) AS wanted
            LEFT JOIN pg_roles AS r ON r.rolname = wanted
            ORDER BY wanted
            """)
        for row in rows {
            let name = try row.decode(0, as: String.self)
            let user = try row.decode(5, as: String.self)
            if try row.decode(2, as: Bool.self) {
                return .problem(
                    "database.roles", "role \(name) bypasses row-level security, so tenants are not kept apart",
                    "As a database administrator: ALTER ROLE \(name) NOSUPERUSER NOBYPASSRLS;")
            }
            let exists = try row.decode(1, as: Bool.self)
            let isUsable = try exists ? row.decode(3, as: Bool.self) : row.decode(4, as: Bool.self)
            if isUsable { continue }
            let create = exists ? "" : "CREATE ROLE \(name) NOLOGIN; "
            return .problem(
                "database.roles", exists ? "\(user) may not become role \(name)" : "role \(name) is missing",
                "As a database administrator: \(create)GRANT \(name) TO \(user);")
        }
        return .ok("database.roles", "roles: those of Garrison are there, or migrating makes them")
    }
}
