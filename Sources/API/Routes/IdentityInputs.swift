import Domain
import Store

/// Which part of a list about an endpoint is asked for.
struct EndpointListPart: RouteInput {
    static let parameters: [any ParameterDescribing] = EndpointInput.parameters + WholeListInput.parameters
    let id: EndpointID
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

/// A decision about a device of a source.
struct DeviceDecision: RouteInput {
    static let parameters = EndpointInput.parameters
    static let body = BodyContract.json(
        Schema.named(
            "DeviceDecision",
            .object([
                .field("connector_id", .uuid), .field("device_id", .string(length: 1...1000), "The source's id."),
                .optional("reason", .string(length: 0...1000)),
            ])))
    let id: EndpointID
    let device: DeviceLink
    let reason: String

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        device = DeviceLink(
            connector: try request.json.required("connector_id"), deviceID: try request.json.required("device_id"))
        reason = try request.json.optional("reason") ?? ""
    }
}

/// An endpoint that becomes part of another.
struct MergeInput: RouteInput {
    static let parameters = EndpointInput.parameters
    static let body = BodyContract.json(
        Schema.named(
            "EndpointMerge",
            .object([
                .field("endpoint_id", .uuid, "The one that becomes part of the other."),
                .optional("reason", .string(length: 0...1000)),
            ])))
    let id: EndpointID
    let other: EndpointID
    let reason: String

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        other = try request.json.required("endpoint_id")
        reason = try request.json.optional("reason") ?? ""
    }
}

/// The decision that a path names.
struct IdentityEventInput: RouteInput {
    static let id = PathParameter<IdentityEvent.ID>("id", "The merge.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: IdentityEvent.ID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Which collisions are asked for.
struct CollisionListInput: RouteInput {
    static let state = QueryParameter<State>("state", "Only this state.")
    static let parameters: [any ParameterDescribing] = [state] + WholeListInput.parameters

    enum State: String, CaseIterable, ParameterValue {
        case open, resolved
    }

    let isOpen: Bool?
    let page: PageRequest

    init(from request: RequestReader) throws {
        isOpen = try request.query(Self.state).map { $0 == .open }
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

/// What somebody decides about a collision.
struct CollisionDecisionInput: RouteInput {
    static let id = PathParameter<CollisionID>("id", "The collision.")
    static let parameters: [any ParameterDescribing] = [id]
    static let body = BodyContract.json(
        Schema.named(
            "CollisionDecision",
            .object([
                .field(
                    "decision", .oneOf(["same", "another", "dismissed"]),
                    "same: it is the endpoint, whatever has changed on it. another: a machine of its own. dismissed: nothing changes."
                ),
                .optional("endpoint_id", .uuid, "Which endpoint it is, with `same`."),
            ])))
    let id: CollisionID
    let decision: IdentityStore.CollisionDecision

    init(from request: RequestReader) throws {
        id = try request.path(Self.id)
        let word: String = try request.json.required("decision")
        switch word {
        case "same": decision = .same(try request.json.required("endpoint_id"))
        case "another": decision = .another
        default: decision = .dismissed
        }
    }
}

/// An endpoint by its id.
struct EndpointReferenceView: JSONContent {
    let id: EndpointID

    static let schema = Schema.named("EndpointReference", .object([.field("id", .uuid)]))

    func write(to writer: inout JSONWriter) { writer.object { $0.field("id", id) } }
}
