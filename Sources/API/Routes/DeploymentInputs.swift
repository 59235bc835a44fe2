import Domain
import FoundationEssentials
import Store

/// What is to be deployed, to whom and how.
struct DeploymentRequest: JSONInput {
    static let schema = Schema.named(
        "DeploymentRequest",
        .object(
            [
                .field("patch_id", .string(length: 1...200), "The patch's id, or its vendor's number."),
                .optional(
                    "endpoint_ids", .array(of: .uuid, count: 1...DeploymentStore.mostEndpoints),
                    "Without it: all that need the patch."),
                .field("strategy", DeploymentPlanInput.strategies, "At once, ring after ring, or in windows."),
                .optional(
                    "reason", .string(length: 0...DeploymentStore.longestReason), "Why: for the trail."),
            ] + DeploymentPlanInput.fields))
    let new: NewDeployment

    init(json: JSONValue) throws(RequestError) {
        new = NewDeployment(
            patch: try json.required("patch_id"), endpoints: try json.optional("endpoint_ids"),
            plan: try DeploymentPlanInput.read(json, strategy: try json.required("strategy")),
            reason: try json.optional("reason") ?? "")
    }
}

/// The deployment that a path names.
struct DeploymentInput: RouteInput {
    static let id = PathParameter<DeploymentID>("id", "The deployment.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: DeploymentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// An endpoint of a deployment.
struct DeploymentLogInput: RouteInput {
    static let target = PathParameter<TargetID>("target", "The endpoint's row in the deployment.")
    static let parameters: [any ParameterDescribing] = [DeploymentInput.id, target]
    let id: DeploymentID
    let target: TargetID

    init(from request: RequestReader) throws {
        id = try request.path(DeploymentInput.id)
        target = try request.path(Self.target)
    }
}

/// The same, by the name that the published route has.
struct DeploymentStatusInput: RouteInput {
    static let id = PathParameter<DeploymentID>("deployment_id", "The deployment.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: DeploymentID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of deployments.
struct DeploymentListInput: RouteInput {
    static let status = QueryParameter<DeploymentStatus>("status", "Only this status.")
    static let patch = QueryParameter<PatchID>("patch_id", "Only of this patch.")
    static let parameters: [any ParameterDescribing] = [status, patch] + PageRequest.parameters
    let query: DeploymentStore.Query

    init(from request: RequestReader) throws {
        let page = try PageRequest(from: request, sort: "-created_at")
        query = DeploymentStore.Query(
            status: try request.query(Self.status), patch: try request.query(Self.patch), limit: page.limit,
            cursor: try page.cursor?.key(0))
    }
}

/// Filters of the list of a deployment's targets.
struct DeploymentTargetListInput: RouteInput {
    static let state = QueryParameter<TargetStatus>("state", "Only this state.")
    static let ring = QueryParameter<Int>("ring", "Only of this ring, counted from 0.")
    static let search = QueryParameter<String>("search", "Part of the host name.")
    static let parameters: [any ParameterDescribing] =
        [DeploymentInput.id, state, ring, search] + PageRequest.parameters
    let id: DeploymentID
    let state: TargetStatus?
    let ring: Int?
    let search: String?
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(DeploymentInput.id)
        state = try request.query(Self.state)
        ring = try request.query(Self.ring)
        search = try request.query(Self.search)
        page = try PageRequest(from: request, sort: "id")
    }
}

/// Whose steps are asked for.
struct DeploymentTransitionListInput: RouteInput {
    static let endpoint = QueryParameter<EndpointID>(
        "endpoint_id", "Of this endpoint; without it the deployment's own.")
    static let parameters: [any ParameterDescribing] = [DeploymentInput.id, endpoint] + PageRequest.parameters
    let id: DeploymentID
    let endpoint: EndpointID?
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(DeploymentInput.id)
        endpoint = try request.query(Self.endpoint)
        page = try PageRequest(from: request, sort: "-at")
    }
}

/// Why a person decides something.
struct DeploymentDecisionInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [DeploymentInput.id]
    static let body = BodyContract.json(
        .named(
            "DeploymentDecision",
            .object([
                .optional(
                    "reason", .string(length: 0...DeploymentStore.longestReason), "Why: for the history and the trail.")
            ])))
    let id: DeploymentID
    let reason: String

    init(from request: RequestReader) throws {
        id = try request.path(DeploymentInput.id)
        reason = try request.json.optional("reason") ?? ""
    }
}

/// A person's word on a deployment.
struct DeploymentApprovalInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [DeploymentInput.id]
    static let body = BodyContract.json(
        .named(
            "DeploymentApproval",
            .object([
                .optional("revision", .integer(1...1_000_000), "Of the plan that was read."),
                .optional("comment", .string(length: 0...DeploymentStore.longestReason)),
            ])))
    let id: DeploymentID
    let revision: Int?
    let comment: String

    init(from request: RequestReader) throws {
        id = try request.path(DeploymentInput.id)
        revision = try request.json.optional("revision")
        comment = try request.json.optional("comment") ?? ""
    }
}
