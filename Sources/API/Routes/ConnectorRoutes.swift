import Connectors
import Domain
import Store

/// `/api/connectors`: a tenant's accounts at security vendors.
enum ConnectorRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let (store, setup) = (dependencies.store, dependencies.connectors)
        return [
            kinds.erased, list(store).erased, add(store, setup).erased, detail(store).erased, test(setup).erased,
            rotate(setup).erased, schedule(store).erased, sync(store).erased, quarantine(store).erased,
            replay(store).erased, remove(store).erased,
        ]
    }

    private static let tag = "Connectors"
    private static let path = "/api/connectors"
    private static let refusals = [
        "connector.barred", "connector.credentials", "connector.permission", "connector.unreachable",
        "connector.broken",
        "connector.timed_out", "connector.unavailable", "connector.throttled",
    ]

    private static var kinds: Route<WholeListInput, Page<ConnectorKindView>> {
        Route(
            .get, "/api/connector-kinds", "List kinds of connectors", tag: tag, access: .permission(.read),
            description: "The vendors, and what has to be entered for each."
        ) { input, _ in
            try Page(whole: ConnectorKind.all.map(ConnectorKindView.init), input.page) { $0.kind.id }
        }
    }

    private static func list(_ store: Store) -> Route<WholeListInput, Page<ConnectorView>> {
        Route(.get, path, "List connectors", tag: tag, access: .permission(.read)) { input, scope in
            let tenant = try scope.tenant
            async let statuses = store.connectors.statuses(tenant: tenant)
            let accounts = try await store.connectors.list(tenant: tenant)
            let known = try await statuses
            return try Page(whole: accounts.map { ConnectorView($0, known[$0.id]) }, input.page) { $0.account.name }
        }
    }

    private static func add(_ store: Store, _ setup: ConnectorSetup) -> Route<ConnectorInput, Created<ConnectorView>> {
        Route(
            .post, path, "Add a connector", tag: tag, access: .permission(.manageTenant),
            description: """
                The credentials are tried first: what the vendor refuses is not stored. Permissions that are missing are \
                no refusal; ask for them with POST /api/connectors/{id}/test. Secrets are sealed, and never shown again.
                """, errors: ["connector.exists"] + refusals
        ) { input, scope in
            let principal = try scope.principal
            let (id, _) = try await setup.add(input.entry, isTried: input.isTried, by: principal)
            return Created(
                try await view(id, store, tenant: principal.tenant), location: "\(path)/\(id)")
        }
    }

    private static func detail(_ store: Store) -> Route<ConnectorPath, ConnectorView> {
        Route(
            .get, "\(path)/{id}", "Get a connector", tag: tag, access: .permission(.read),
            errors: ["connector.not_found"]
        ) { input, scope in
            try await view(input.id, store, tenant: try scope.tenant)
        }
    }

    private static func view(_ id: ConnectorID, _ store: Store, tenant: TenantID) async throws -> ConnectorView {
        async let account = store.connectors.find(id, tenant: tenant)
        let status = try await store.connectors.statuses(tenant: tenant)[id]
        return ConnectorView(try await account, status)
    }

    private static func rotate(_ setup: ConnectorSetup) -> Route<RotationInput, AccessChecksView> {
        Route(
            .post, "\(path)/{id}/rotate", "Rotate a connector's credentials", tag: tag,
            access: .permission(.manageTenant),
            description: """
                The new ones are tried first; what the vendor refuses changes nothing. What was read stays. The answer \
                says what they may do.
                """, errors: ["connector.not_found"] + refusals
        ) { input, scope in
            AccessChecksView(
                checks: try await setup.rotate(
                    input.id, settings: input.settings, secrets: input.secrets, isTried: input.isTried,
                    by: try scope.principal))
        }
    }

    private static func schedule(_ store: Store) -> Route<ScheduleInput, ConnectorView> {
        Route(
            .patch, "\(path)/{id}", "Schedule a connector", tag: tag, access: .permission(.manageTenant),
            description: "What is left out stays as it is. One that is resumed is read at once.",
            errors: ["connector.not_found", "connector.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            let old = try await store.connectors.status(input.id, tenant: principal.tenant).schedule
            try await store.connectors.schedule(
                input.id, input.changed(old), tenant: principal.tenant, by: principal)
            return try await view(input.id, store, tenant: principal.tenant)
        }
    }

    private static func sync(_ store: Store) -> Route<SyncInput, ConnectorView> {
        Route(
            .post, "\(path)/{id}/sync", "Read a connector now", tag: tag, access: .permission(.scan),
            description: "A worker begins at once; GET /api/connectors/{id} tells how far it is.",
            errors: ["connector.not_found", "connector.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.connectors.requestSync(
                input.id, full: input.full, tenant: principal.tenant, by: principal)
            return try await view(input.id, store, tenant: principal.tenant)
        }
    }

    private static func replay(_ store: Store) -> Route<ConnectorPath, ConnectorView> {
        Route(
            .post, "\(path)/{id}/quarantine/replay", "Read quarantined records again", tag: tag,
            access: .permission(.manageTenant),
            description: """
                Everything is read of the kinds of which something is quarantined: a record as the vendor has it now, not \
                as it was kept. What makes sense then, or is not there any more, leaves the quarantine.
                """, errors: ["connector.not_found", "connector.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.connectors.replay(input.id, tenant: principal.tenant, by: principal)
            return try await view(input.id, store, tenant: principal.tenant)
        }
    }

    private static func test(_ setup: ConnectorSetup) -> Route<ConnectorPath, AccessChecksView> {
        Route(
            .post, "\(path)/{id}/test", "Test a connector", tag: tag, access: .permission(.manageTenant),
            description: "Asks the vendor what the stored credentials may do; changes nothing there.",
            errors: ["connector.not_found"] + refusals
        ) { input, scope in
            AccessChecksView(checks: try await setup.test(input.id, tenant: try scope.tenant))
        }
    }

    private static func quarantine(_ store: Store) -> Route<QuarantineInput, Page<QuarantinedRecordView>> {
        Route(
            .get, "\(path)/{id}/quarantine", "List quarantined records", tag: tag, access: .permission(.read),
            description: "Records of the vendor that could not be understood, as they came; the newest thousand.",
            errors: ["connector.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            _ = try await store.connectors.find(input.id, tenant: tenant)
            let records = try await store.connectors.quarantine(input.id, limit: 1000, tenant: tenant)
            return try Page(ordered: records.map(QuarantinedRecordView.init), input.page)
        }
    }

    private static func remove(_ store: Store) -> Route<ConnectorPath, NoContent> {
        Route(
            .delete, "\(path)/{id}", "Remove a connector", tag: tag, access: .permission(.manageTenant),
            description: "With its credentials and all that was read from it; the endpoints stay.",
            errors: ["connector.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.connectors.remove(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }
}
