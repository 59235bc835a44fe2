import API
import Domain
import Identity
import Store

/// Disagreements between sources, gaps of coverage, collisions.
enum CoveragePageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [disagreements(services), coverage(services), collisions(services), resolve(services)]
    }

    /// Rows that are shown: who has more has to begin with these.
    private static let limit = 200

    private static func disagreements(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/disagreements", "Disagreements", tag: "Pages", access: .permission(.read)
        ) { _, scope in
            let rows = try await services.store.identities.disagreements(limit: limit, tenant: try scope.tenant)
            return try await services.page("Disagreements", .connectors, scope, CoveragePage.render(rows))
        }.page(signIn: signInPath).erased
    }

    private static func coverage(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/coverage", "Coverage", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let (store, tenant) = (services.store, try scope.tenant)
            let chosen = input["connector"].flatMap { ConnectorID($0) }
            async let coverage = store.identities.coverage(tenant: tenant)
            let gaps = try await store.identities.gaps(of: chosen, limit: limit, tenant: tenant)
            return try await services.page(
                "Coverage", .connectors, scope,
                CoveragePage.render(try await coverage, gaps: gaps, chosen: chosen))
        }.page(signIn: signInPath).erased
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, problem: String? = nil
    ) async throws -> HTMLContent {
        let principal = try scope.principal
        let rows = try await services.store.identities.collisions(limit: limit, tenant: principal.tenant)
        return try await services.page(
            "Collisions", .connectors, scope,
            CoveragePage.render(
                rows, canChange: principal.may(.manageTenant), csrfToken: services.csrfToken(scope), problem: problem))
    }

    private static func collisions(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/collisions", "Collisions", tag: "Pages", access: .permission(.read)
        ) { _, scope in
            try await page(services, scope)
        }.page(signIn: signInPath).erased
    }

    private struct Decision: RouteInput {
        static let id = PathParameter<CollisionID>("id", "The collision.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("decision", .string(length: 1...100)),
        ])
        let id: CollisionID
        let decision: IdentityStore.CollisionDecision

        init(from request: RequestReader) throws {
            id = try request.path(Self.id)
            let word = request.form["decision"] ?? ""
            if word.hasPrefix("same:"), let endpoint = EndpointID(String(word.dropFirst("same:".count))) {
                decision = .same(endpoint)
            } else if word == "another" {
                decision = .another
            } else if word == "dismissed" {
                decision = .dismissed
            } else {
                throw StoreError.invalid(field: "decision", reason: "must be same, another or dismissed")
            }
        }
    }

    private static func resolve(_ services: PageServices) -> AnyRoute {
        Route<Decision, PageOrRedirect>(
            .post, "/collisions/{id}/resolve", "Decide collision by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            do {
                try await services.store.identities.resolve(input.id, input.decision, by: try scope.principal)
                return .elsewhere(SeeOther("/collisions"))
            } catch StoreError.conflict(_, let reason) {
                return .page(try await page(services, scope, problem: reason))
            }
        }.page(signIn: signInPath).erased
    }
}
