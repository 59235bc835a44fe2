import Domain
import FoundationEssentials
import Store

/// `/api/incidents`: what alerts come to.
enum IncidentRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            list(store).erased, detail(store).erased, timeline(store).erased, update(store).erased,
            settings(store).erased, setSettings(store).erased,
        ]
    }

    private static let tag = "Incidents"

    private static func list(_ store: Store) -> Route<IncidentListInput, Page<IncidentRowView>> {
        Route(
            .get, "/api/incidents", "List incidents", tag: tag, access: .permission(.read),
            description: "The newest first."
        ) { input, scope in
            let slice = try await store.incidents.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(IncidentRowView.init), slice: slice, sort: "-detected_at")
        }
    }

    private static func detail(_ store: Store) -> Route<IncidentInput, IncidentView> {
        Route(
            .get, "/api/incidents/{id}", "Get an incident", tag: tag, access: .permission(.read),
            description: "With its alerts.", errors: ["incident.not_found"]
        ) { input, scope in
            try await view(store, input.id, tenant: try scope.tenant)
        }
    }

    private static func view(_ store: Store, _ id: IncidentID, tenant: TenantID) async throws -> IncidentView {
        let incident = try await store.incidents.find(id, tenant: tenant)
        async let refusals = store.incidents.refusals(of: id, tenant: tenant)
        let alerts = try await store.incidents.alerts(of: id, tenant: tenant)
        return IncidentView(incident: incident, alerts: alerts, refusals: try await refusals)
    }

    private static func timeline(_ store: Store) -> Route<IncidentInput, Page<IncidentEntryView>> {
        Route(
            .get, "/api/incidents/{id}/timeline", "Get an incident's timeline", tag: tag, access: .permission(.read),
            description: "The earliest first: its alerts, its status, and what was done.",
            errors: ["incident.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            _ = try await store.incidents.find(input.id, tenant: tenant)
            let entries = try await store.incidents.timeline(input.id, tenant: tenant)
            return Page(entries.map(IncidentEntryView.init), total: entries.count)
        }
    }

    private static func update(_ store: Store) -> Route<IncidentUpdate, IncidentView> {
        Route(
            .patch, "/api/incidents/{id}", "Update an incident", tag: tag, access: .permission(.respond),
            description: """
                Resolving it resolves its alerts at their vendors; resolving it once more asks those again that have not \
                done it.
                """, errors: ["incident.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            _ = try await store.incidents.update(
                input.id, status: input.status, rootCause: input.rootCause, tenant: tenant, by: try scope.principal)
            return try await view(store, input.id, tenant: tenant)
        }
    }

    private static func settings(_ store: Store) -> Route<NoInput, IncidentSettingsView> {
        Route(
            .get, "/api/incident-settings", "Get the incident settings", tag: tag, access: .permission(.read),
            description: "How alerts become incidents, and what resolving one does."
        ) { _, scope in
            IncidentSettingsView(settings: try await store.incidents.settings(tenant: try scope.tenant))
        }
    }

    private static func setSettings(_ store: Store) -> Route<IncidentSettingsInput, IncidentSettingsView> {
        Route(
            .put, "/api/incident-settings", "Set the incident settings", tag: tag, access: .permission(.manageTenant),
            description: "For alerts that come from now on. What is left out has its standard."
        ) { input, scope in
            try await store.incidents.setSettings(input.settings, tenant: try scope.tenant, by: try scope.principal)
            return IncidentSettingsView(settings: input.settings)
        }
    }
}

extension IncidentStatus: ParameterValue, JSONReadable, JSONWritable {}

/// The incident that a path names.
struct IncidentInput: RouteInput {
    static let id = PathParameter<IncidentID>("id", "The incident.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: IncidentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of incidents.
struct IncidentListInput: RouteInput {
    static let status = QueryParameter<IncidentStatus>("status", "Only this status.")
    static let severity = QueryParameter<Severity>("severity", "Only this severity.")
    static let endpoint = QueryParameter<EndpointID>("endpoint_id", "Only of this endpoint.")
    static let parameters: [any ParameterDescribing] = [status, severity, endpoint] + PageRequest.parameters
    let query: IncidentStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: "-detected_at")
        query = IncidentStore.Query(
            status: try request.query(Self.status), severity: try request.query(Self.severity),
            endpoint: try request.query(Self.endpoint), limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// What a person says of an incident.
struct IncidentUpdate: RouteInput {
    static let parameters: [any ParameterDescribing] = [IncidentInput.id]
    static let body = BodyContract.json(
        .named(
            "IncidentUpdate",
            .object([
                .optional("status", .cases(of: IncidentStatus.self)),
                .optional("root_cause", .string(length: 0...10_000), "What it came from."),
            ])))
    let id: IncidentID
    let status: IncidentStatus?
    let rootCause: String?

    init(from request: RequestReader) throws {
        id = try request.path(IncidentInput.id)
        status = try request.json.optional("status")
        rootCause = try request.json.optional("root_cause")
    }
}

/// How incidents are to be made, as a body gives it.
struct IncidentSettingsInput: JSONInput {
    static let schema = Schema.named(
        "IncidentSettingsChange",
        .object([
            .optional(
                "window_minutes", .integer(IncidentSettings.windows), "How far apart alerts of one incident may be."),
            .optional("resolves_at_vendor", .boolean, "Whether resolving an incident resolves its alerts there."),
        ]))
    let settings: IncidentSettings

    init(json: JSONValue) throws(RequestError) {
        let standard = IncidentSettings.standard
        settings = IncidentSettings(
            windowMinutes: try json.optional("window_minutes") ?? standard.windowMinutes,
            resolvesAtVendor: try json.optional("resolves_at_vendor") ?? standard.resolvesAtVendor)
    }
}
