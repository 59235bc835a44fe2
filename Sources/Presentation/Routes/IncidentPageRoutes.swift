import API
import Domain
import Identity
import Store

/// The pages about incidents.
enum IncidentPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [list(services), detail(services), update(services)] }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/incidents", "Incidents", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let status = input["status"].flatMap(IncidentStatus.init(rawValue:))
            let cursor = try input.cursor
            let query = IncidentStore.Query(status: status, limit: 50, cursor: cursor)
            let page = try await services.store.incidents.list(query, tenant: try scope.tenant)
            return try await services.page(
                "Incidents", .incidents, scope,
                IncidentsPage.render(
                    page, status: status, isFirstPage: cursor == nil, nextPath: scope.nextPath(page.next)))
        }.page(signIn: signInPath).erased
    }

    private struct Input: RouteInput {
        static let id = PathParameter<IncidentID>("id", "The incident.")
        static let parameters: [any ParameterDescribing] = [id]
        let id: IncidentID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, "/incidents/{id}", "Incident", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let (store, tenant) = (services.store, try scope.tenant)
            let incident = try await store.incidents.find(input.id, tenant: tenant)
            async let alerts = store.incidents.alerts(of: input.id, tenant: tenant)
            async let refusals = store.incidents.refusals(of: input.id, tenant: tenant)
            async let actions = store.actions.ofIncident(input.id.uuid, tenant: tenant)
            let timeline = try await store.incidents.timeline(input.id, tenant: tenant)
            let token = try scope.principal.may(.respond) ? services.csrfToken(scope) : nil
            return try await services.page(
                incident.title.isEmpty ? incident.threatType : incident.title, .incidents, scope,
                IncidentsPage.render(
                    incident, alerts: try await alerts, refusals: try await refusals, timeline: timeline,
                    actions: try await actions, csrfToken: token))
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let parameters: [any ParameterDescribing] = [Input.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("status", .cases(of: IncidentStatus.self)),
            .optional("root_cause", .string(length: 0...10_000)),
        ])
        let id: IncidentID
        let status: IncidentStatus?
        let rootCause: String?

        init(from request: RequestReader) throws {
            id = try request.path(Input.id)
            status = request.form["status"].flatMap(IncidentStatus.init(rawValue:))
            rootCause = request.form["root_cause"]
        }
    }

    private static func update(_ services: PageServices) -> AnyRoute {
        Route<Form, SeeOther>(
            .post, "/incidents/{id}", "Update incident by form", tag: "Pages", access: .permission(.respond)
        ) { input, scope in
            _ = try await services.store.incidents.update(
                input.id, status: input.status, rootCause: input.rootCause, tenant: try scope.tenant,
                by: try scope.principal)
            return SeeOther("/incidents/\(input.id)")
        }.page(signIn: signInPath).erased
    }
}
