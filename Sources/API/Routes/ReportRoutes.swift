import Domain
import FoundationEssentials
import Reports
import Store

/// Findings in the formats that other programs read: of one endpoint, and of all.
enum ReportRoutes {
    static func all(_ store: Store, version: String) -> [AnyRoute] {
        [
            sarif(store, version).erased, cycloneDX(store, version).erased, fleetSARIF(store, version).erased,
            fleetCycloneDX(store, version).erased,
        ]
    }

    private static let tag = "Findings"

    private static func sarif(_ store: Store, _ version: String) -> Route<EndpointInput, ReportDocument<SARIFType>> {
        Route(
            .get, "/api/endpoints/{id}/sarif", "Export an endpoint's findings as SARIF", tag: tag,
            access: .permission(.read), description: "SARIF 2.1.0 of the open findings.",
            errors: ["endpoint.not_found"], limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let endpoint = try await store.endpoints.detail(input.id, tenant: tenant)
            let report = try await store.findings.report(input.id, tenant: tenant)
            return ReportDocument(
                try SARIF.render(report, origin: endpoint.summary.hostname, version: version))
        }
    }

    private static func cycloneDX(
        _ store: Store, _ version: String
    ) -> Route<EndpointInput, ReportDocument<CycloneDXType>> {
        Route(
            .get, "/api/endpoints/{id}/cyclonedx", "Export an endpoint's findings as CycloneDX", tag: tag,
            access: .permission(.read),
            description: "A CycloneDX 1.6 vulnerability disclosure report of the open findings.",
            errors: ["endpoint.not_found"], limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let target = try await store.endpoints.scanTarget(input.id, tenant: tenant)
            let report = try await store.findings.report(input.id, tenant: tenant)
            return ReportDocument(try CycloneDXReport(report.findings, target: target, program: version).encoded())
        }
    }

    private static func fleetSARIF(
        _ store: Store, _ version: String
    ) -> Route<FindingListInput, ReportStream<SARIFType>> {
        Route(
            .get, "/api/findings.sarif", "Export findings as SARIF", tag: tag, access: .permission(.read),
            description: "SARIF 2.1.0 of all that match, sent as they are read; limit, cursor and sort are ignored.",
            limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let query = try await input.query(store, tenant: tenant)
            return .sarif(query, store, tenant: tenant, version: version)
        }
    }

    private static func fleetCycloneDX(
        _ store: Store, _ version: String
    ) -> Route<FindingListInput, ReportStream<CycloneDXType>> {
        Route(
            .get, "/api/findings.cyclonedx", "Export findings as CycloneDX", tag: tag, access: .permission(.read),
            description: """
                A CycloneDX 1.6 vulnerability disclosure report of all that match, sent as they are read, with what has \
                been decided on them; limit, cursor and sort are ignored.
                """, limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let query = try await input.query(store, tenant: tenant)
            return .cycloneDX(query, store, tenant: tenant, version: version)
        }
    }
}
