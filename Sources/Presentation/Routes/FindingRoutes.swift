import API
import Domain
import FoundationEssentials
import Identity
import Risk
import Store

/// Findings of an endpoint: one explained, all as a table to take along.
enum FindingRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [finding(services), export(services)] }

    private struct FindingInput: RouteInput {
        static let cve = PathParameter<String>("cve", "The vulnerability.")
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id, cve]
        let id: EndpointID
        let cve: String

        init(from request: RequestReader) throws {
            id = try request.path(EndpointPageInput.id)
            cve = try request.path(Self.cve)
        }
    }

    private static func finding(_ services: PageServices) -> AnyRoute {
        Route<FindingInput, HTMLContent>(
            .get, "/endpoints/{id}/findings/{cve}", "Finding", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(services, scope, input.cve, on: input.id)
        }.page(signIn: signInPath).erased
    }

    /// The page of a finding.
    /// - Parameter form: for an exception, where it comes back.
    static func page(
        _ services: PageServices, _ scope: RequestScope, _ cve: String, on id: EndpointID,
        form: FormFields = FormFields("exception")
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        async let endpoint = store.endpoints.detail(id, tenant: principal.tenant)
        let finding = try await store.findings.finding(cve, on: id, tenant: principal.tenant)
        async let covers = covers(of: finding, store, tenant: principal.tenant)
        let policy = try await store.policies.current(tenant: principal.tenant)
        let terms = RiskModel.terms(for: factors(finding, on: try await endpoint), weights: policy.weights)
        let actions = FindingActions.Actions(
            policy: policy.granting,
            csrfToken: principal.may(.changeFindings) ? services.csrfToken(scope) : nil, form: form)
        let content = FindingPage.render(
            finding, terms: terms, actions: FindingActions.render(finding, try await covers, actions))
        return try await services.page(cve, .endpoints, scope, content)
    }

    private static func covers(
        of finding: FindingStore.View, _ store: Store, tenant: TenantID
    ) async throws -> FindingActions.Covers {
        if let id = finding.exception {
            return FindingActions.Covers(exception: try await store.exceptions.find(id, tenant: tenant))
        }
        let requested = try await store.exceptions.list(
            .init(state: .requested, cve: finding.cve, limit: 20), tenant: tenant
        ).items.filter { exception in
            exception.tag == nil && (exception.endpoint ?? finding.endpoint) == finding.endpoint
                && exception.package.map(finding.packages.contains) ?? true
        }
        return FindingActions.Covers(requested: requested)
    }

    private static func factors(_ finding: FindingStore.View, on endpoint: EndpointDetail) -> RiskFactors {
        // What the scan knew, which may be of other records than the catalogue's own.
        let facts = finding.facts
        return RiskFactors(
            cvss: facts.map(\.cvss) ?? finding.cvss, severity: finding.severity,
            epss: facts.map(\.epss) ?? finding.epss, isKnownExploited: finding.isKnownExploited,
            exploitCount: facts?.exploitCount ?? finding.exploitCount,
            exposure: Exposure(rawValue: endpoint.exposure) ?? .internal,
            criticality: AssetCriticality(rawValue: endpoint.criticality) ?? .normal)
    }

    private struct ExportInput: RouteInput {
        static let parameters: [any ParameterDescribing] = [EndpointPageInput.id]
        let id: EndpointID

        init(from request: RequestReader) throws { id = try request.path(EndpointPageInput.id) }
    }

    private static let columns = [
        "cve_id", "title", "status", "severity", "risk_score", "cvss_score", "epss", "known_exploited", "exploits",
        "packages", "installed", "fixed", "detected_at", "remediated_at", "record", "comparison",
    ]

    private static func export(_ services: PageServices) -> AnyRoute {
        Route<ExportInput, CSVStream>(
            .get, "/endpoints/{id}/findings.csv", "Findings as CSV", tag: "Pages", access: .permission(.read),
            limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let endpoint = try await services.store.endpoints.detail(input.id, tenant: tenant)
            return CSVStream(fileName: "\(endpoint.summary.hostname)-findings.csv", columns: columns) { csv in
                var position: FindingStore.Position?
                repeat {
                    let findings = try await services.store.findings.ofEndpoint(
                        input.id, limit: 1000, after: position, tenant: tenant)
                    for finding in findings { try await csv.row(row(finding)) }
                    position = findings.count < 1000 ? nil : findings.last.map(FindingStore.Position.init)
                } while position != nil
            }
        }.page(signIn: signInPath).erased
    }

    private static func row(_ finding: FindingStore.View) -> [String] {
        [
            finding.cve, finding.title, finding.status.rawValue, finding.severity?.rawValue ?? "",
            Text.tenths(finding.riskScore), finding.cvss.map(Text.tenths) ?? "", finding.epss.map { "\($0)" } ?? "",
            String(finding.isKnownExploited), String(finding.exploitCount), finding.packages.joined(separator: " "),
            finding.installed, finding.fixed ?? "", finding.detectedAt.formatted(.iso8601),
            finding.remediatedAt?.formatted(.iso8601) ?? "", finding.explanation.records.first ?? "",
            finding.explanation.comparison,
        ]
    }
}
