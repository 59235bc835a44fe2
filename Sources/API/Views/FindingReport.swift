import Domain
import FoundationEssentials
import Reports
import Store

extension FleetFinding {
    init(_ exported: ExportedFinding) {
        let row = exported.row
        self.init(
            Finding(exported), endpoint: row.endpoint, hostname: row.hostname, status: row.status,
            analysis: FindingAnalysis(exported), set: exported.set)
    }
}

extension FindingAnalysis {
    /// What has been decided on a finding; nil for one that counts.
    init?(_ exported: ExportedFinding) {
        switch exported.row.status {
        case .open, .inProgress: return nil
        case .remediated: self = .remediated
        case .exception:
            if let statement = exported.vex {
                self.init(vex: statement)
            } else if let exception = exported.exception {
                self.init(exception: exception.kind, reason: exception.reason, owner: exception.owner)
            } else {
                self = .setAside
            }
        }
    }
}

extension OpenVEXReport.Cover {
    init(_ covered: CoveredFinding) {
        self.init(
            exception: covered.exception, kind: covered.kind, reason: covered.reason, owner: covered.owner,
            since: covered.since, until: covered.until, vulnerability: covered.cve,
            product: AffectedProduct(
                package: covered.package, version: covered.installed, ecosystem: covered.ecosystem),
            hostname: covered.hostname)
    }
}

extension ReportStream {
    /// A tenant's findings, page by page as the client takes them.
    private init(_ report: some FleetReport, of first: FindingStore.Query, _ store: Store, tenant: TenantID) {
        self.init(fileName: "findings.\(Kind.suffix)") { output in
            var (report, query) = (report, first)
            query.limit = 1000
            var position: FindingStore.ExportPosition?
            try await output.write(try report.start())
            repeat {
                let page = try await store.findings.export(query, after: position, tenant: tenant)
                for finding in page.items { try await output.write(try report.add(FleetFinding(finding))) }
                position = page.next
            } while position != nil
            try await output.write(try report.end())
        }
    }
}

extension ReportStream where Kind == SARIFType {
    package static func sarif(_ query: FindingStore.Query, _ store: Store, tenant: TenantID, version: String) -> Self {
        Self(FleetSARIF(program: version), of: query, store, tenant: tenant)
    }
}

extension ReportStream where Kind == CycloneDXType {
    package static func cycloneDX(
        _ query: FindingStore.Query, _ store: Store, tenant: TenantID, version: String
    ) -> Self {
        Self(FleetCycloneDX(program: version), of: query, store, tenant: tenant)
    }
}
