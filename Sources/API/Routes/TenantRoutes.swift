import Domain
import FoundationEssentials
import Identity
import Store

/// `/api/tenant` and `/api/roles`: whose data this is, and what may be done with it.
enum TenantRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [tenant(store).erased, roles.erased] }

    private static let tag = "Tenant"

    private static func tenant(_ store: Store) -> Route<NoInput, TenantView> {
        Route(
            .get, "/api/tenant", "Get the tenant", tag: tag, access: .permission(.read),
            description: "The caller's own; there is no way to see another.", errors: ["tenant.not_found"]
        ) { _, scope in
            let id = try scope.tenant.description
            guard let tenant = try await store.tenants.find(id) else {
                throw StoreError.notFound(kind: "tenant", id: id)
            }
            return TenantView(tenant: tenant)
        }
    }

    private static var roles: Route<NoInput, RoleList> {
        Route(
            .get, "/api/roles", "List roles", tag: tag, access: .permission(.read),
            description: "Each includes the permissions of those before it."
        ) { _, _ in RoleList() }
    }
}

/// The caller's tenant.
struct TenantView: JSONContent {
    let tenant: Tenant

    static let schema = Schema.named(
        "Tenant", .object([.field("id", .uuid), .field("name", .string), .field("created_at", .timestamp)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", tenant.id)
            writer.field("name", tenant.name)
            writer.field("created_at", tenant.createdAt)
        }
    }
}

/// Every role with its permissions.
struct RoleList: JSONContent {
    static let schema = Schema.array(of: RoleView.schema)

    func write(to writer: inout JSONWriter) { writer.array(Role.allCases.map(RoleView.init)) }

    private struct RoleView: JSONContent {
        let role: Role

        static let schema = Schema.named(
            "Role",
            .object([
                .field("name", .cases(of: Role.self)), .field("permissions", .array(of: .cases(of: Permission.self))),
            ]))

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("name", role)
                writer.field("permissions", array: Permission.allCases.filter(role.grants).map(\.rawValue))
            }
        }
    }
}
