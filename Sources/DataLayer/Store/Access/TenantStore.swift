import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// The customers of this installation.
    public var tenants: TenantStore { TenantStore(store: self) }
}

/// Makes and finds tenants; runs under the system role, which sees them all.
public struct TenantStore: Sendable {
    let store: Store

    /// - Parameter actor: whose act it is, for the first entry of the tenant's audit trail; nil, as at an
    ///   installation's first start, writes none.
    /// - Throws: `StoreError.duplicate` when the name is taken, `.invalid` when it is empty or over 100
    ///   characters.
    public func create(name: String, by actor: String? = nil) async throws -> Tenant {
        let name = name.trimmingWhitespace()
        guard !name.isEmpty, name.count <= 100 else {
            throw StoreError.invalid(field: "name", reason: "a tenant's name has 1 to 100 characters")
        }
        let id = TenantID.make()
        var statements = [
            Statement(
                "INSERT INTO tenants (id, name) VALUES ($1, $2) RETURNING id, name, created_at",
                [.id(id), .text(name)])
        ]
        if let actor {
            let principal = Principal(tenant: id, role: .admin, subject: .system, name: actor)
            // The role that makes tenants may not write in their audit trails.
            statements.append(Statement("SET LOCAL ROLE garrison_app"))
            statements.append(try AuditEntry("tenant.create", object: name, by: principal).statement())
        }
        do {
            return try Tenant(try await store.system.run(statements, tenant: id)[0][0])
        } catch let error as PostgresError where error.isUniqueViolation {
            throw StoreError.duplicate(kind: "tenant", name: name)
        }
    }

    public func list() async throws -> [Tenant] {
        try await store.system.query("SELECT id, name, created_at FROM tenants ORDER BY name", [], tenant: nil)
            .map(Tenant.init)
    }

    /// By name or id; nil when there is none.
    public func find(_ nameOrID: String) async throws -> Tenant? {
        try await store.system.query(
            "SELECT id, name, created_at FROM tenants WHERE name = $1 OR id::text = lower($1)", [.text(nameOrID)],
            tenant: nil
        ).first.map(Tenant.init)
    }

    /// Removes a tenant and everything of it. What it has in the object store goes with the next sweep.
    public func delete(_ id: TenantID) async throws {
        _ = try await store.system.run(
            [
                Statement("DELETE FROM tenants WHERE id = $1", [.id(id)]),
                Statement("INSERT INTO removed_tenants (id) VALUES ($1)", [.id(id)]), ChangeNotice.statement(id),
                Store.accessNotice(id),
            ], tenant: id)
        store.cache.invalidate(id)
        store.access.advance(id)
    }
}

extension Tenant {
    init(_ row: Row) throws {
        self.init(id: try row.decode(0), name: try row.decode(1), createdAt: try row.decode(2))
    }
}

extension String {
    func trimmingWhitespace() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
