import Domain
import Store

/// Which devices of which sources are which endpoint, why, and what people decide about it.
enum IdentityRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            sources(store).erased, claims(store).erased, events(store).erased, split(store).erased,
            join(store).erased, merge(store).erased, undo(store).erased, collisions(store).erased,
            resolve(store).erased,
        ]
    }

    private static let tag = "Identity"

    private static func sources(_ store: Store) -> Route<EndpointInput, EndpointSourcesView> {
        Route(
            .get, "/api/endpoints/{id}/sources", "List an endpoint's sources", tag: tag, access: .permission(.read),
            description: "What each source says of the machine, why it is taken to be this one, and where they differ.",
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let sources = try await store.identities.sources(of: input.id, tenant: tenant)
            return EndpointSourcesView(sources: sources, conflicts: try SourceConflict.all(sources))
        }
    }

    private static func claims(_ store: Store) -> Route<EndpointListPart, Page<VulnerabilityClaimView>> {
        Route(
            .get, "/api/endpoints/{id}/vulnerability-claims", "Compare who reports which vulnerability", tag: tag,
            access: .permission(.read), description: "What the sources say beside what Garrison's own scan says.",
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let claims = try await store.identities.vulnerabilityClaims(of: input.id, tenant: tenant)
            return try Page(whole: claims.map(VulnerabilityClaimView.init), input.page) { $0.claim.vulnerability }
        }
    }

    private static func events(_ store: Store) -> Route<EndpointListPart, Page<IdentityEventView>> {
        Route(
            .get, "/api/endpoints/{id}/identity-events", "List decisions about an endpoint's identity", tag: tag,
            access: .permission(.read), description: "The newest thousand, the newest first.",
            errors: ["endpoint.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            try await store.endpoints.requireAll([input.id], tenant: tenant)
            let events = try await store.identities.events(of: input.id, limit: 1000, tenant: tenant)
            return try Page(ordered: events.map(IdentityEventView.init), input.page)
        }
    }

    private static func split(_ store: Store) -> Route<DeviceDecision, Created<EndpointReferenceView>> {
        Route(
            .post, "/api/endpoints/{id}/split", "Split a device from an endpoint", tag: tag,
            access: .permission(.manageTenant),
            description: "It becomes an endpoint of its own, and no evidence joins it with the others again.",
            errors: ["endpoint.not_found", "device.not_found", "endpoint.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.endpoints.requireAll([input.id], tenant: principal.tenant)
            let made = try await store.identities.split(input.device, reason: input.reason, by: principal)
            return Created(EndpointReferenceView(id: made), location: "/api/endpoints/\(made)")
        }
    }

    private static func join(_ store: Store) -> Route<DeviceDecision, NoContent> {
        Route(
            .post, "/api/endpoints/{id}/join", "Join a device with an endpoint", tag: tag,
            access: .permission(.manageTenant),
            description: "When it was all of another endpoint, that becomes part of this one, which can be undone.",
            errors: ["endpoint.not_found", "device.not_found"]
        ) { input, scope in
            try await store.identities.join(input.device, to: input.id, reason: input.reason, by: try scope.principal)
            return NoContent()
        }
    }

    private static func merge(_ store: Store) -> Route<MergeInput, NoContent> {
        Route(
            .post, "/api/endpoints/{id}/merge", "Merge an endpoint into another", tag: tag,
            access: .permission(.manageTenant),
            description: """
                The one in the body becomes part of the one in the path, with its findings, history and incidents; its id \
                leads there from then on. It can be undone.
                """, errors: ["endpoint.not_found"]
        ) { input, scope in
            try await store.identities.merge(
                input.other, into: input.id, reason: input.reason, by: try scope.principal)
            return NoContent()
        }
    }

    private static func undo(_ store: Store) -> Route<IdentityEventInput, EndpointReferenceView> {
        Route(
            .post, "/api/identity/events/{id}/undo", "Undo a merge", tag: tag, access: .permission(.manageTenant),
            description:
                "Both endpoints are as they were, and are told apart from now on. The answer names the one that is there again.",
            errors: ["merge.not_found", "merge.conflict"]
        ) { input, scope in
            EndpointReferenceView(id: try await store.identities.undo(input.id, by: try scope.principal))
        }
    }

    private static func collisions(_ store: Store) -> Route<CollisionListInput, Page<CollisionView>> {
        Route(
            .get, "/api/identity/collisions", "List identity collisions", tag: tag, access: .permission(.read),
            description: """
                Reports that contradict what is known: an agent's identity that was copied or stolen looks like that. They \
                change nothing until somebody decides. The newest thousand.
                """
        ) { input, scope in
            let records = try await store.identities.collisions(
                isOpen: input.isOpen, limit: 1000, tenant: try scope.tenant)
            return try Page(ordered: records.map(CollisionView.init), input.page)
        }
    }

    private static func resolve(_ store: Store) -> Route<CollisionDecisionInput, NoContent> {
        Route(
            .post, "/api/identity/collisions/{id}/resolve", "Decide about a collision", tag: tag,
            access: .permission(.manageTenant), errors: ["collision.not_found", "collision.conflict"]
        ) { input, scope in
            try await store.identities.resolve(input.id, input.decision, by: try scope.principal)
            return NoContent()
        }
    }
}
