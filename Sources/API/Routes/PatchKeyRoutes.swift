import AgentProtocol
import Domain
import Store

/// `/api/patches/keys`: what a tenant's orders to agents are signed with.
enum PatchKeyRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let keys = PatchKeys(store: dependencies.store, box: dependencies.secrets)
        return [list(dependencies.store).erased, rotate(keys).erased]
    }

    private static let tag = "Patches"

    private static func list(_ store: Store) -> Route<WholeListInput, Page<PatchKeyView>> {
        Route(
            .get, "/api/patches/keys", "List the keys of orders", tag: tag, access: .permission(.manageTenant),
            description: "What orders to agents are signed with now, and was before; private halves are told to nobody."
        ) { input, scope in
            let keys = try await store.patchKeys.list(tenant: try scope.tenant)
            return try Page(ordered: keys.map(PatchKeyView.init), input.page)
        }
    }

    private static func rotate(_ keys: PatchKeys) -> Route<NoInput, Created<PatchKeyRotated>> {
        Route(
            .post, "/api/patches/keys/rotate", "Replace the key of orders", tag: tag,
            access: .permission(.manageTenant),
            description: """
                The present key signs that the new one takes its place; agents believe the new one when they next ask for \
                work. Orders that are handed out already stay good.
                """, errors: ["key.conflict"]
        ) { _, scope in
            let key = try await keys.rotate(by: try scope.principal)
            return Created(PatchKeyRotated(key: key), location: "/api/patches/keys")
        }
    }
}
