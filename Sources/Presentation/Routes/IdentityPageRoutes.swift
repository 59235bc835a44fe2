import API
import Domain
import Identity
import Store

/// The sources of an endpoint, and deciding which devices are which.
enum IdentityPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [view(services), split(services), merge(services), undo(services)]
    }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, _ id: EndpointID, problem: String? = nil
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        let tenant = principal.tenant
        let endpoint = try await store.endpoints.detail(id, tenant: tenant)
        async let claims = store.identities.vulnerabilityClaims(of: id, tenant: tenant)
        async let events = store.identities.events(of: id, limit: 50, tenant: tenant)
        let sources = try await store.identities.sources(of: id, tenant: tenant)
        let content = EndpointSources.Content(
            sources: sources, conflicts: try SourceConflict.all(sources), claims: try await claims,
            events: try await events, canChange: principal.may(.manageTenant), csrfToken: services.csrfToken(scope),
            problem: problem)
        let actions = EndpointPage.Actions(csrfToken: services.csrfToken(scope), canScan: principal.may(.scan))
        return try await services.page(
            endpoint.summary.hostname, .endpoints, scope,
            EndpointPage.render(
                endpoint, view: .sources, actions: actions, task: nil,
                content: try EndpointSources.render(content, endpoint: endpoint)))
    }

    private static func view(_ services: PageServices) -> AnyRoute {
        Route<EndpointPageInput, HTMLContent>(
            .get, "/endpoints/{id}/sources", "Endpoint sources", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(services, scope, input.id)
        }.page(signIn: signInPath).erased
    }

    private struct SplitForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("connector", .uuid), .field("device", .string(length: 1...1000)),
            .optional("reason", .string(length: 0...1000)),
        ])
        let id: EndpointID
        let device: DeviceLink
        let reason: String

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            guard let connector = request.form["connector"].flatMap({ ConnectorID($0) }) else {
                throw StoreError.notFound(kind: "connector", id: request.form["connector"] ?? "")
            }
            device = DeviceLink(connector: connector, deviceID: request.form["device"] ?? "")
            reason = request.form["reason"] ?? ""
        }
    }

    private static func split(_ services: PageServices) -> AnyRoute {
        Route<SplitForm, PageOrRedirect>(
            .post, "/endpoints/{id}/sources/split", "Split device by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.endpoints.requireAll([input.id], tenant: principal.tenant)
            do {
                let made = try await services.store.identities.split(
                    input.device, reason: input.reason, by: principal)
                return .elsewhere(SeeOther(EndpointPage.View.sources.path(made)))
            } catch StoreError.conflict(_, let reason) {
                return .page(try await page(services, scope, input.id, problem: reason))
            }
        }.page(signIn: signInPath).erased
    }

    private struct MergeForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("other", .string(length: 0...1000)),
            .optional("reason", .string(length: 0...1000)),
        ])
        let id: EndpointID
        let other: String
        let reason: String

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            other = request.form["other"] ?? ""
            reason = request.form["reason"] ?? ""
        }
    }

    private static func merge(_ services: PageServices) -> AnyRoute {
        Route<MergeForm, PageOrRedirect>(
            .post, "/endpoints/{id}/sources/merge", "Merge endpoints by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.endpoints.requireAll([input.id], tenant: principal.tenant)
            do {
                let other = try await found(input.other, services.store, tenant: principal.tenant)
                try await services.store.identities.merge(
                    other, into: input.id, reason: input.reason, by: principal)
                return .elsewhere(SeeOther(EndpointPage.View.sources.path(input.id)))
            } catch let error as StoreError {
                return .page(try await page(services, scope, input.id, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }

    /// The endpoint that a person means by its name or id.
    private static func found(_ text: String, _ store: Store, tenant: TenantID) async throws -> EndpointID {
        if let id = EndpointID(text) { return id }
        let page = try await store.endpoints.list(.init(search: text, limit: 50), tenant: tenant)
        guard let exact = page.items.first(where: { $0.hostname.lowercased() == text.lowercased() }) else {
            throw StoreError.notFound(kind: "endpoint", id: text)
        }
        return exact.id
    }

    private struct Undo: RouteInput {
        static let id = PathParameter<IdentityEvent.ID>("id", "The merge.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: IdentityEvent.ID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func undo(_ services: PageServices) -> AnyRoute {
        Route<Undo, SeeOther>(
            .post, "/identity/events/{id}/undo", "Undo merge by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let other = try await services.store.identities.undo(input.id, by: try scope.principal)
            return SeeOther(EndpointPage.View.sources.path(other))
        }.page(signIn: signInPath).erased
    }
}
