import Domain
import Risk
import Store

extension EndpointStore.Query.Sort: ParameterValue {}
extension Exposure: ParameterValue, JSONReadable {}
extension AssetCriticality: ParameterValue, JSONReadable {}

/// The endpoint that a path names.
struct EndpointInput: RouteInput {
    static let id = PathParameter<EndpointID>("id", "The endpoint.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: EndpointID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Filters of the list of endpoints.
struct EndpointListInput: RouteInput {
    static let status = QueryParameter<EndpointStatus>("status", "Only endpoints of this status.")
    static let osType = QueryParameter<String>("os_type", "Only this kind of system: linux, windows, macos.")
    static let hostname = QueryParameter<String>("hostname", "Only the endpoint of this name.")
    static let severity = QueryParameter<Severity>(
        "worst_severity", "Only endpoints whose worst open finding has this severity.")
    static let search = QueryParameter<String>("search", "Part of the hostname, the full name or the address.")
    static let sort = QueryParameter<EndpointStore.Query.Sort>(
        "sort", "The order; a minus sign means descending. The order by id never changes while pages are walked.",
        default: .string("-risk_score"))
    static let parameters: [any ParameterDescribing] =
        [status, osType, hostname, severity, search, sort] + PageRequest.parameters
    let query: EndpointStore.Query

    init(from request: RequestReader) throws {
        let sort = try request.query(Self.sort) ?? .risk
        let page = try PageRequest(from: request, sort: sort.rawValue)
        query = EndpointStore.Query(
            status: try request.query(Self.status), osType: try request.query(Self.osType),
            hostname: try request.query(Self.hostname), worstSeverity: try request.query(Self.severity),
            search: try request.query(Self.search), sort: sort, limit: page.limit, cursor: try page.cursor?.key(0))
    }
}

/// Filters of an endpoint's findings.
struct EndpointFindingsInput: RouteInput {
    static let status = QueryParameter<FindingStatus>("status", "Only findings of this status.")
    static let parameters: [any ParameterDescribing] = [EndpointInput.id, status] + PageRequest.parameters
    let id: EndpointID
    let status: FindingStatus?
    let page: PageRequest
    let position: FindingStore.Position?

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        status = try request.query(Self.status)
        page = try PageRequest(from: request, sort: "finding")
        position = try page.cursor.map { cursor throws(RequestError) in
            FindingStore.Position(
                isRemediated: try cursor.key(0), riskScore: try cursor.key(1), cve: try cursor.key(2))
        }
    }

    /// Where the page after this finding begins.
    static func cursor(_ last: FindingStore.View) -> Cursor {
        Cursor(
            sort: "finding",
            keys: [.bool(last.status == .remediated), .number(last.riskScore), .string(last.cve)])
    }
}

/// A part of an endpoint's software.
struct EndpointSoftwareInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [EndpointInput.id] + PageRequest.parameters
    let id: EndpointID
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

/// Which endpoints to scan.
struct ScanRequest: JSONInput {
    static let schema = Schema.named(
        "ScanRequest", .object([.field("endpoint_ids", .array(of: .uuid, count: 1...10_000), "The endpoints.")]))
    let endpoints: [EndpointID]

    init(json: JSONValue) throws(RequestError) { endpoints = try json.required("endpoint_ids") }
}

/// What a person tells about an endpoint.
struct EndpointUpdate: RouteInput {
    static let parameters: [any ParameterDescribing] = [EndpointInput.id]
    static let body = BodyContract.json(
        .named(
            "EndpointUpdate",
            .object([
                .optional("exposure", .cases(of: Exposure.self), "From where it can be reached."),
                .optional("criticality", .cases(of: AssetCriticality.self), "What it is worth to the business."),
                .optional(
                    "tags", .array(of: .string(length: 1...100), count: 0...50),
                    "Words to group endpoints by; these replace the ones before."),
            ])))
    let id: EndpointID
    let exposure: Exposure?
    let criticality: AssetCriticality?
    let tags: [String]?

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        tags = try request.json.optional("tags")
        exposure = try request.json.optional("exposure")
        criticality = try request.json.optional("criticality")
    }
}

extension Page {
    /// A slice of a stored list as a page of the API.
    init<Item>(_ elements: [Element], slice: ListPage<Item>, sort: String) {
        self.init(elements, total: slice.total, next: slice.next.map { Cursor(sort: sort, keys: [.string($0)]) })
    }
}
