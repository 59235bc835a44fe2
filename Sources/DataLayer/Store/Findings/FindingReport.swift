import Domain
import FoundationEssentials
import Postgres
import Risk
import Scanner

extension EndpointStore {
    /// What is known of an endpoint, as the scanner takes it.
    /// - Throws: `StoreError.notFound`.
    package func scanTarget(_ id: EndpointID, tenant: TenantID) async throws -> ScanTarget {
        let rows = try await database.query(
            """
            SELECT os_id, os_version, kernel_release, exposure, criticality
            FROM endpoints
            WHERE tenant_id = $1 AND id = $2
            """, [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "endpoint", id: id.description) }
        let packages = try await software(id, tenant: tenant).map { software in
            InstalledPackage(
                type: software.type, name: software.name, version: software.version,
                architecture: software.architecture, source: software.source)
        }
        return ScanTarget(
            ecosystem: Ecosystem(osv: "\(try row.decode(0, as: String.self)):\(try row.decode(1, as: String.self))"),
            kernelRelease: try row.decode(2), packages: packages,
            exposure: Exposure(rawValue: try row.decode(3)) ?? .internal,
            criticality: AssetCriticality(rawValue: try row.decode(4)) ?? .normal)
    }
}

extension FindingStore {
    /// The open findings of an endpoint, as a scan gives them: those set aside are not among them.
    package func report(_ id: EndpointID, tenant: TenantID) async throws -> ScanReport {
        let views = try await ofEndpoint(id, limit: 10_000, tenant: tenant)
        return ScanReport(findings: views.filter { $0.status == .open || $0.status == .inProgress }.map(Finding.init))
    }
}

extension Finding {
    init(_ view: FindingStore.View) {
        self.init(
            id: view.cve, packages: view.packages, installed: view.installed, fixed: view.fixed,
            severity: view.severity, cvss: view.cvss, epss: view.epss, isKnownExploited: view.isKnownExploited,
            exploitCount: view.exploitCount, risk: (view.riskScore * 10).rounded() / 10, state: view.state,
            explanation: view.explanation)
    }
}
