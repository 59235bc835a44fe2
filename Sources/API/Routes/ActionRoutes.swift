import Domain
import Store

/// `/api/actions`: what sources are asked to do to machines.
enum ActionRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            respond(store).erased, create(store).erased, ofEndpoint(store).erased, detail(store).erased,
            check(store).erased, withdraw(store).erased,
        ]
    }

    private static let tag = "Actions"

    private static func respond(_ store: Store) -> Route<ResponseRequest, Accepted<ActionStarted>> {
        Route(
            .post, "/api/incidents/respond", "Respond to a threat", tag: tag, access: .permission(.respond),
            description: """
                Every source of the endpoint that can do it is asked to, each at most once. What came of it is told by \
                GET /api/actions/{id}.
                """, errors: ["endpoint.not_found", "incident.not_found", "action.conflict"]
        ) { input, scope in
            let new = NewAction(
                endpoint: input.endpoint, kind: input.kind, reason: input.reason, incident: input.incident)
            let decision = try await store.actions.decide(new, tenant: try scope.tenant, by: try scope.principal)
            return Accepted(ActionStarted(id: decision.id))
        }
    }

    private static func create(_ store: Store) -> Route<NewActionInput, Created<ActionView>> {
        Route(
            .post, "/api/endpoints/{id}/actions", "Act on an endpoint", tag: tag, access: .permission(.respond),
            description: "Every source that can do it, or those that are named, are asked to, each at most once.",
            errors: ["endpoint.not_found", "action.conflict"]
        ) { input, scope in
            let new = NewAction(
                endpoint: input.endpoint, kind: input.kind, reason: input.reason, sources: input.sources.map { Set($0) }
            )
            let decision = try await store.actions.decide(new, tenant: try scope.tenant, by: try scope.principal)
            return Created(ActionView(decision), location: "/api/actions/\(decision.id)")
        }
    }

    private static func ofEndpoint(_ store: Store) -> Route<EndpointInput, Page<ActionView>> {
        Route(
            .get, "/api/endpoints/{id}/actions", "List an endpoint's actions", tag: tag, access: .permission(.read),
            description: "The newest fifty, the newest first.", errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let decisions = try await store.actions.ofEndpoint(input.id, tenant: tenant)
            return Page(decisions.map(ActionView.init), total: decisions.count)
        }
    }

    private static func detail(_ store: Store) -> Route<ActionInput, ActionView> {
        Route(
            .get, "/api/actions/{id}", "Get an action", tag: tag, access: .permission(.read),
            description: "How far it is, at each source.", errors: ["action.not_found"]
        ) { input, scope in
            ActionView(try await store.actions.find(input.id, tenant: try scope.tenant))
        }
    }

    private static func check(_ store: Store) -> Route<ActionInput, ActionView> {
        Route(
            .post, "/api/actions/{id}/check", "Check an action again", tag: tag, access: .permission(.respond),
            description: "Has the sources asked how it stands, now; it is not sent again.",
            errors: ["action.not_found", "action.conflict"]
        ) { input, scope in
            ActionView(
                try await store.actions.requestCheck(input.id, tenant: try scope.tenant, by: try scope.principal))
        }
    }

    private static func withdraw(_ store: Store) -> Route<ActionInput, ActionView> {
        Route(
            .post, "/api/actions/{id}/withdraw", "Withdraw an action", tag: tag, access: .permission(.respond),
            description: "Takes back what has not been sent yet.", errors: ["action.not_found", "action.conflict"]
        ) { input, scope in
            ActionView(try await store.actions.withdraw(input.id, tenant: try scope.tenant, by: try scope.principal))
        }
    }
}
