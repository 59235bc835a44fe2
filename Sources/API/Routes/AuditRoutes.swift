import Domain
import FoundationEssentials
import Store

/// `/api/audit-events`: who did what.
enum AuditRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [list(store).erased] }

    private static func list(_ store: Store) -> Route<AuditListInput, Page<AuditEventView>> {
        Route(
            .get, "/api/audit-events", "List audit events", tag: "Audit", access: .permission(.manageTenant),
            description: "The latest first. The trail is append-only; `garrison audit verify` proves it."
        ) { input, scope in
            let slice = try await store.audit.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(AuditEventView.init), slice: slice, sort: AuditListInput.order)
        }
    }
}

/// Filters of the list of audit events.
struct AuditListInput: RouteInput {
    static let order = "-sequence"
    static let actor = QueryParameter<String>("actor", "Only what this user or token did.")
    static let action = QueryParameter<String>("action", "Only this kind of act: token.create.")
    static let object = QueryParameter<String>("object", "Only what was done to this: an id or an address.")
    static let parameters: [any ParameterDescribing] = [actor, action, object] + PageRequest.parameters
    let query: AuditStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: Self.order)
        query = AuditStore.Query(
            actor: try request.query(Self.actor), action: try request.query(Self.action),
            object: try request.query(Self.object), limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// An entry of the audit trail.
struct AuditEventView: JSONContent {
    let event: AuditStore.Event

    init(_ event: AuditStore.Event) { self.event = event }

    static let schema = Schema.named(
        "AuditEvent",
        .object([
            .field("sequence", .integer, "1, 2, 3, … without gaps."), .field("at", .timestamp),
            .field("actor", .string), .field("action", .string), .field("object", .string),
            .field("detail", .map(of: .any)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("sequence", event.sequence)
            writer.field("at", event.at)
            writer.field("actor", event.actor)
            writer.field("action", event.action)
            writer.field("object", event.object)
            writer.field("detail", (try? JSONParser.parse(event.detail)) ?? .object([]))
        }
    }
}
