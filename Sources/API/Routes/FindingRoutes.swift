import Domain
import FoundationEssentials
import Risk
import Store

extension FindingStore.Query.Sort: ParameterValue {}
extension FindingStore.Query.Hidden: ParameterValue {}
extension SSVC.Decision: ParameterValue {}
extension DeadlineState: ParameterValue {}

/// `/api/findings`: vulnerabilities on endpoints, over the whole tenant.
enum FindingRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [list(store).erased, export(store).erased, detail(store).erased, change(store).erased]
    }

    private static let tag = "Findings"

    private static func list(_ store: Store) -> Route<FindingListInput, Page<FindingRowView>> {
        Route(
            .get, "/api/findings", "List findings", tag: tag, access: .permission(.read),
            description: "A row for each endpoint and vulnerability: those that are open, the riskiest first."
        ) { input, scope in
            let tenant = try scope.tenant
            let query = try await input.query(store, tenant: tenant)
            let slice = try await store.findings.list(query, tenant: tenant)
            return Page(slice.items.map(FindingRowView.init), slice: slice, sort: query.sort.rawValue)
        }
    }

    private static func export(_ store: Store) -> Route<FindingListInput, CSVStream> {
        Route(
            .get, "/api/findings.csv", "Export findings", tag: tag, access: .permission(.read),
            description: "All that match as a table, sent as it is read; limit is ignored.", limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            return CSVStream(findings: try await input.query(store, tenant: tenant), store, tenant: tenant)
        }
    }

    private static func detail(_ store: Store) -> Route<FindingInput, EndpointFindingView> {
        Route(
            .get, "/api/endpoints/{id}/findings/{cve_id}", "Get a finding", tag: tag, access: .permission(.read),
            errors: ["finding.not_found"]
        ) { input, scope in
            EndpointFindingView(
                try await store.findings.finding(input.cve, on: input.endpoint, tenant: try scope.tenant))
        }
    }

    private static func change(_ store: Store) -> Route<FindingUpdate, EndpointFindingView> {
        Route(
            .patch, "/api/endpoints/{id}/findings/{cve_id}", "Change a finding's status", tag: tag,
            access: .permission(.changeFindings),
            description: """
                Says that work on it has begun, or not. Scans remediate findings; exceptions set them aside.
                """, errors: ["finding.not_found", "finding.conflict"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.findings.setStatus(
                input.status, of: input.finding.cve, on: input.finding.endpoint, reason: input.reason, by: principal)
            return EndpointFindingView(
                try await store.findings.finding(
                    input.finding.cve, on: input.finding.endpoint, tenant: principal.tenant))
        }
    }
}

/// The finding that a path names.
struct FindingInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [EndpointInput.id, VulnerabilityInput.cve]
    let endpoint: EndpointID
    let cve: String

    init(from request: RequestReader) throws {
        endpoint = try request.path(EndpointInput.id)
        cve = try request.path(VulnerabilityInput.cve)
    }
}

/// What a person says of a finding.
struct FindingUpdate: RouteInput {
    static let parameters = FindingInput.parameters
    static let body = BodyContract.json(
        .named(
            "FindingUpdate",
            .object([
                .field("status", .oneOf(["open", "in_progress"])),
                .optional("reason", .string(length: 0...2000), "Kept in the finding's history."),
            ])))
    let finding: FindingInput
    let status: FindingStatus
    let reason: String

    init(from request: RequestReader) throws {
        finding = try FindingInput(from: request)
        status = try request.json.required("status")
        reason = try request.json.optional("reason") ?? ""
    }
}

/// Filters of the list of findings.
struct FindingListInput: RouteInput {
    static let status = QueryParameter<FindingStatus>("status", "Only this status; without it open and in progress.")
    static let vex = QueryParameter<FindingStore.Query.Hidden>(
        "vex", "Findings that VEX statements hide: these alone, or these besides the open ones.")
    static let severity = QueryParameter<Severity>("severity", "Only this severity.")
    static let exploited = QueryParameter<Bool>("known_exploited", "Whether it is in CISA's catalogue.")
    static let ssvc = QueryParameter<SSVC.Decision>("ssvc", "Only this SSVC decision.")
    static let deadline = QueryParameter<DeadlineState>("sla", "Where it stands to its deadline.")
    static let package = QueryParameter<String>("package", "The whole name of a package or its source.")
    static let hasFix = QueryParameter<Bool>("fix_available", "Whether a fixed version is known.")
    static let endpoint = QueryParameter<EndpointID>("endpoint_id", "Only this endpoint.")
    static let tag = QueryParameter<String>("tag", "Only endpoints with this tag.")
    static let cve = QueryParameter<String>("cve_id", "Only this vulnerability.")
    static let sort = QueryParameter<FindingStore.Query.Sort>(
        "sort", "The order; by due_at, findings without a deadline are left out.", default: .string("-risk_score"))
    static let parameters: [any ParameterDescribing] =
        [status, vex, severity, exploited, ssvc, deadline, package, hasFix, endpoint, tag, cve, sort]
        + PageRequest.parameters
    private let filters: FindingStore.Query

    init(from request: RequestReader) throws {
        let sort = try request.query(Self.sort) ?? .risk
        let page = try PageRequest(from: request, sort: sort.rawValue)
        filters = FindingStore.Query(
            status: try request.query(Self.status), vex: try request.query(Self.vex),
            severity: try request.query(Self.severity),
            isKnownExploited: try request.query(Self.exploited), ssvc: try request.query(Self.ssvc),
            deadline: try request.query(Self.deadline), package: try request.query(Self.package),
            hasFix: try request.query(Self.hasFix), endpoint: try request.query(Self.endpoint),
            tag: try request.query(Self.tag), cve: try request.query(Self.cve), sort: sort, limit: page.limit,
            cursor: try page.cursor?.key(0))
    }

    /// With what the tenant takes for soon.
    func query(_ store: Store, tenant: TenantID) async throws -> FindingStore.Query {
        var query = filters
        if query.deadline != nil {
            query.warningDays = try await store.policies.current(tenant: tenant).deadlines.warningDays
        }
        return query
    }
}
