import API
import Domain
import Identity
import Store

/// What was done to an endpoint, and doing more.
enum ActionPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [view(services), act(services), press(services, "check"), press(services, "withdraw")]
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, _ id: EndpointID, form: FormFields = FormFields("action")
    ) async throws -> HTMLContent {
        let (store, tenant) = (services.store, try scope.tenant)
        let endpoint = try await store.endpoints.detail(id, tenant: tenant)
        async let sources = store.actions.sources(of: id, tenant: tenant)
        let decisions = try await store.actions.ofEndpoint(id, tenant: tenant)
        let principal = try scope.principal
        let content = EndpointActions.Content(
            sources: try await sources, decisions: decisions, csrfToken: services.csrfToken(scope),
            canRespond: principal.may(.respond), form: form)
        let actions = EndpointPage.Actions(csrfToken: services.csrfToken(scope), canScan: principal.may(.scan))
        return try await services.page(
            endpoint.summary.hostname, .endpoints, scope,
            EndpointPage.render(
                endpoint, view: .actions, actions: actions, task: nil,
                content: EndpointActions.render(content, endpoint: endpoint)))
    }

    private static func view(_ services: PageServices) -> AnyRoute {
        Route<EndpointPageInput, HTMLContent>(
            .get, "/endpoints/{id}/actions", "Endpoint actions", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(services, scope, input.id)
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("kind", .oneOf(ActionKind.plain.map(\.rawValue))),
            .optional("reason", .string(length: 0...10_000)), .optional("source", .string(length: 0...36)),
        ])
        let id: EndpointID
        let kind: ActionKind?
        let source: ConnectorID?
        let entered: [String: String]

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            kind = request.form["kind"].flatMap { ActionKind(rawValue: $0) }
            source = request.form["source"].flatMap { ConnectorID($0) }
            entered = FormFields.entered(request, ["reason", "source"])
        }
    }

    private static func act(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, "/endpoints/{id}/actions", "Act on endpoint by form", tag: "Pages", access: .permission(.respond)
        ) { input, scope in
            do {
                let new = NewAction(
                    endpoint: input.id, kind: input.kind ?? .scan, reason: input.entered["reason"] ?? "",
                    sources: input.source.map { [$0] })
                _ = try await services.store.actions.decide(new, tenant: try scope.tenant, by: try scope.principal)
                return .elsewhere(SeeOther(EndpointPage.View.actions.path(input.id)))
            } catch let error as StoreError {
                if case .notFound = error { throw error }
                let form = FormFields("action", entered: input.entered, error: error)
                return .page(try await page(services, scope, input.id, form: form))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Press: RouteInput {
        static let id = PathParameter<DecisionID>("id", "The action.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .optional("return_to", .string(length: 0...500)),
        ])
        let id: DecisionID
        let path: String

        init(from request: RequestReader) throws {
            id = try request.path(Self.id)
            path = request.form["return_to"].map(LocalPath.safe) ?? "/endpoints"
        }
    }

    private static func press(_ services: PageServices, _ verb: String) -> AnyRoute {
        Route<Press, SeeOther>(
            .post, "/actions/{id}/\(verb)", "\(verb.capitalized) action by form", tag: "Pages",
            access: .permission(.respond)
        ) { input, scope in
            let (actions, tenant, principal) = (services.store.actions, try scope.tenant, try scope.principal)
            do {
                if verb == "check" {
                    _ = try await actions.requestCheck(input.id, tenant: tenant, by: principal)
                } else {
                    _ = try await actions.withdraw(input.id, tenant: tenant, by: principal)
                }
            } catch StoreError.conflict {
                // It has ended meanwhile: the page shows how.
            }
            return SeeOther(input.path)
        }.page(signIn: signInPath).erased
    }
}
