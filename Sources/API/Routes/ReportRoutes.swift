import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Reports
import Store

/// An endpoint's findings in the formats that other programs read.
enum ReportRoutes {
    static func all(_ store: Store, version: String) -> [AnyRoute] {
        [sarif(store, version).erased, cycloneDX(store, version).erased]
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
}

/// A media type and what the document calls it.
protocol ReportType: SendableMetatype {
    static var mediaType: String { get }
    static var description: String { get }
}

enum SARIFType: ReportType {
    static let mediaType = "application/sarif+json"
    static let description = "A SARIF 2.1.0 log."
}

enum CycloneDXType: ReportType {
    static let mediaType = "application/vnd.cyclonedx+json"
    static let description = "A CycloneDX 1.6 document."
}

/// A document in a format of its own.
struct ReportDocument<Kind: ReportType>: ResponseContent {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static var contract: ResponseContract {
        ResponseContract(description: Kind.description, mediaType: Kind.mediaType)
    }

    func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok, headers: [.contentType: Kind.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
