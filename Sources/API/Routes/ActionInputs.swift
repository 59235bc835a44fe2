import Domain
import FoundationEssentials
import Store

/// What is to be done about a threat.
struct ResponseRequest: JSONInput {
    static let schema = Schema.named(
        "IncidentResponse",
        .object([
            .field("endpoint_id", .uuid, "The endpoint."),
            .field(
                "response_type", .oneOf(ActionKind.plain.map(\.rawValue)),
                "isolate and release cut it off from the network and connect it again; scan has its antivirus look at it."
            ),
            .optional(
                "reason", .string(length: 0...ActionStore.longestReason), "Why: for the trail and for the vendor."),
            .optional("incident_id", .uuid, "The incident that this is an answer to."),
        ]))
    let endpoint: EndpointID
    let kind: ActionKind
    let reason: String
    let incident: UUID?

    init(json: JSONValue) throws(RequestError) {
        endpoint = try json.required("endpoint_id")
        kind = try json.required("response_type")
        reason = try json.optional("reason") ?? ""
        incident = try json.optional("incident_id", as: Identifier<IncidentTag>.self)?.uuid
    }

    private enum IncidentTag {}
}

/// What is to be done to an endpoint.
struct NewActionInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [EndpointInput.id]
    static let body = BodyContract.json(
        .named(
            "NewAction",
            .object([
                .field("kind", .oneOf(ActionKind.plain.map(\.rawValue)), "What is to be done."),
                .optional(
                    "reason", .string(length: 0...ActionStore.longestReason), "Why: for the trail and for the vendor."),
                .optional(
                    "connector_ids", .array(of: .uuid, count: 1...100),
                    "The sources that are to do it; all that can without this."),
            ])))
    let endpoint: EndpointID
    let kind: ActionKind
    let reason: String
    let sources: [ConnectorID]?

    init(from request: RequestReader) throws {
        endpoint = try request.path(EndpointInput.id)
        kind = try request.json.required("kind")
        reason = try request.json.optional("reason") ?? ""
        sources = try request.json.optional("connector_ids")
    }
}

extension ActionKind: JSONReadable {}

/// The action that a path names.
struct ActionInput: RouteInput {
    static let id = PathParameter<DecisionID>("id", "The action.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: DecisionID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}
