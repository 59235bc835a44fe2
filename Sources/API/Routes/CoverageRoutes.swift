import Domain
import Store

/// Where sources contradict each other, and what they do not have.
enum CoverageRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [disagreements(store).erased, gaps(store).erased, coverage(store).erased]
    }

    private static let tag = "Coverage"
    /// Rows of these reports; who has more has to begin with these.
    private static let limit = 1000

    private static func disagreements(_ store: Store) -> Route<WholeListInput, Page<DisagreementView>> {
        Route(
            .get, "/api/disagreements", "List disagreements between sources", tag: tag, access: .permission(.read),
            description: "Endpoints whose sources contradict each other; the gravest thousand, the gravest first."
        ) { input, scope in
            let rows = try await store.identities.disagreements(limit: limit, tenant: try scope.tenant)
            return try Page(ordered: rows.map(DisagreementView.init), input.page)
        }
    }

    private static func gaps(_ store: Store) -> Route<GapListInput, Page<CoverageGapView>> {
        Route(
            .get, "/api/coverage/gaps", "List coverage gaps", tag: tag, access: .permission(.read),
            description: """
                Endpoints that no vendor has, or that one account has not: in the directory, in no EDR. The riskiest \
                thousand, the riskiest first.
                """, errors: ["connector.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            if let connector = input.connector { _ = try await store.connectors.find(connector, tenant: tenant) }
            let rows = try await store.identities.gaps(of: input.connector, limit: limit, tenant: tenant)
            return try Page(ordered: rows.map(CoverageGapView.init), input.page)
        }
    }

    private static func coverage(_ store: Store) -> Route<WholeListInput, Page<SourceCoverageView>> {
        Route(
            .get, "/api/coverage", "List what each source covers", tag: tag, access: .permission(.read)
        ) { input, scope in
            let rows = try await store.identities.coverage(tenant: try scope.tenant)
            return try Page(whole: rows.map(SourceCoverageView.init), input.page) { $0.coverage.source }
        }
    }
}

/// Which part of the list of gaps is asked for.
struct GapListInput: RouteInput {
    static let connector = QueryParameter<ConnectorID>("connector_id", "What this account has not.")
    static let parameters: [any ParameterDescribing] = [connector] + WholeListInput.parameters
    let connector: ConnectorID?
    let page: PageRequest

    init(from request: RequestReader) throws {
        connector = try request.query(Self.connector)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}
