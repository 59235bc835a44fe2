import Domain
import Scanner
import Store

/// Why something is or is not reported, and what nothing is known of.
enum WhyRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        [why(dependencies).erased, unmatched(dependencies).erased]
    }

    private static func why(_ dependencies: APIDependencies) -> Route<WhyInput, WhyList> {
        Route(
            .get, "/api/endpoints/{id}/why", "Explain a decision on an endpoint", tag: "Endpoints",
            access: .permission(.read),
            description: """
                Why a vulnerability is or is not reported for the installed packages of a name: the record, range and \
                comparison, or the first condition that fails.
                """, errors: ["endpoint.not_found"]
        ) { input, scope in
            let (store, tenant) = (dependencies.store, try scope.tenant)
            let target = try await store.scans.target(of: input.id, tenant: tenant)
            let decided = try await store.findings.disposition(of: input.vulnerability, on: input.id, tenant: tenant)
            let scanner = HostScanner(index: try await dependencies.index())
            return WhyList(
                reasons: scanner.reasons(for: input.cve, package: input.package, target: target) { _, package, _ in
                    decided.flatMap { $0.packages.contains(package.name) ? $0.disposition : nil }
                })
        }
    }

    private static func unmatched(_ dependencies: APIDependencies) -> Route<NoInput, SoftwareCoverageView> {
        Route(
            .get, "/api/software/unmatched", "List software that matched nothing", tag: "Endpoints",
            access: .permission(.read),
            description: "A worklist: software that neither a registry nor a CPE name leads to, with the coverage."
        ) { _, scope in
            let titles = try await dependencies.store.softwareTitlesInUse(tenant: try scope.tenant)
            return SoftwareCoverageView(coverage: SoftwareCoverage(titles, index: try await dependencies.index()))
        }
    }
}

/// Which decision to explain.
struct WhyInput: RouteInput {
    static let cve = QueryParameter<String>("cve", "The vulnerability's id; required.")
    static let package = QueryParameter<String>("package", "The installed package's name; required.")
    static let parameters: [any ParameterDescribing] = [EndpointInput.id, cve, package]
    let id: EndpointID
    let cve: String
    let package: String

    /// As the catalogue spells it.
    var vulnerability: String { cve.uppercased().hasPrefix("CVE-") ? cve.uppercased() : cve }

    init(from request: RequestReader) throws {
        id = try request.path(EndpointInput.id)
        guard let cve = try request.query(Self.cve) else { throw RequestError.missingParameter(name: "cve") }
        guard let package = try request.query(Self.package) else {
            throw RequestError.missingParameter(name: "package")
        }
        self.cve = cve
        self.package = package
    }
}

/// A reason for each installed package of the name.
struct WhyList: JSONContent {
    let reasons: [Reason]

    static let schema = Schema.array(of: WhyView.schema)

    func write(to writer: inout JSONWriter) { writer.array(reasons.map(WhyView.init)) }
}
