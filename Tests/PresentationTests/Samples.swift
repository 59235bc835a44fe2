import Domain
import FoundationEssentials
import Presentation
import Store

/// Values as the stores give them to pages.
enum Sample {
    /// Far enough back that pages tell its age in months.
    static let past = Date(timeIntervalSince1970: 1_717_243_200)
    static let endpointID = EndpointID(UUID(uuidString: "01900000-0000-7000-8000-000000000001") ?? UUID())

    static func endpoint(
        _ hostname: String = "web-1", status: EndpointStatus = .critical, risk: Double = 87.5, open: Int = 2,
        isScanned: Bool = true, osName: String = "Debian GNU/Linux 12 (bookworm)"
    ) -> EndpointStore.Summary {
        EndpointStore.Summary(
            id: endpointID, hostname: hostname, osType: "linux", osName: osName, osVersion: "12",
            ipAddress: "192.0.2.7", status: status, riskScore: risk, openFindings: open,
            worstSeverity: isScanned ? .critical : nil, lastSeen: past, scannedAt: isScanned ? past : nil)
    }

    static func detail(
        _ summary: EndpointStore.Summary = endpoint(), notes: [CollectionNote] = [], packages: Int = 412,
        supportEnd: String? = nil
    ) -> EndpointDetail {
        EndpointDetail(
            summary: summary, deviceID: "device-1", fqdn: "web-1.example.org", macAddress: "02:00:00:00:00:01",
            kernelRelease: "6.1.0-18-amd64", architecture: "amd64", agentVersion: "1.0", exposure: "internal",
            criticality: "normal", packageCount: packages, inventoryAt: past, createdAt: past, notes: notes,
            supportEnd: supportEnd)
    }

    static func patch(_ text: String) -> PatchStore.Summary {
        PatchStore.Summary(
            id: .make(), number: text, title: text, kind: .distributionUpdate, severity: .high, released: text,
            needsReboot: true, sizeMB: 1, isSuperseded: true, products: [text], endpoints: 1, vulnerabilities: 1,
            riskRemoved: 10)
    }

    static func vulnerability(
        _ cve: String = "CVE-2024-3094", title: String = "Malicious code in xz", severity: Severity? = .critical,
        isKnownExploited: Bool = true
    ) -> VulnerabilityStore.Summary {
        VulnerabilityStore.Summary(
            id: .make(), cve: cve, title: title, severity: severity, cvss: 10, epss: 0.853,
            isKnownExploited: isKnownExploited, exploitCount: 2, endpointsAffected: 1, maxRisk: 97.6,
            firstDetected: past)
    }

    static func vulnerabilityDetail(
        _ summary: VulnerabilityStore.Summary = vulnerability(), description: String = "A back door.",
        vector: String? = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        advisories: [VulnerabilityStore.AdvisoryReference] = [], exploits: [String] = ["EDB-51984"]
    ) -> VulnerabilityStore.Detail {
        VulnerabilityStore.Detail(
            summary: summary, description: description, vector: vector, epssPercentile: 0.99, kevAdded: past,
            kevDue: past, isUsedByRansomware: false, exploits: exploits, source: "nvd", published: past, modified: past,
            remediation: nil, advisories: advisories)
    }

    static func finding(
        _ cve: String = "CVE-2024-3094", on hostname: String = "web-1", title: String = "Malicious code in xz",
        packages: [String] = ["xz-utils", "liblzma5"], installed: String = "5.6.0-0.2",
        fixed: String? = "5.6.1+really5.4.5-1",
        severity: Severity? = .critical, status: FindingStatus = .open, state: PackageState = .affected,
        record: String = "debian xz-utils CVE-2024-3094", notes: [String] = [], history: [StatusChange] = []
    ) -> FindingStore.View {
        FindingStore.View(
            endpoint: endpointID, hostname: hostname, cve: cve, title: title, severity: severity, cvss: 10, epss: 0.853,
            isKnownExploited: true, exploitCount: 2, packages: packages, installed: installed, fixed: fixed,
            state: state, riskScore: 97.6, status: status, detectedAt: past,
            remediatedAt: status == .remediated ? past : nil,
            explanation: Explanation(
                records: [record], source: .debian, ecosystem: "Debian 12", package: packages.first ?? "",
                range: "fixed 5.6.1+really5.4.5-1", scheme: .deb, installed: installed,
                comparison: "\(installed) < \(fixed ?? "")", notes: notes), history: history)
    }

    static func source(_ name: String = "debian", age days: Double = 1, lacks: String = "")
        -> IntelligenceStore.SourceStatus
    {
        IntelligenceStore.SourceStatus(
            source: name, contentDate: Date(timeIntervalSinceNow: -days * 86_400), importedAt: past, records: 12_378,
            licence: "MIT", lacks: lacks, origin: "bundled")
    }

    static func overview(endpoints: Int = 6) -> OverviewStore.Overview {
        var overview = OverviewStore.Overview()
        overview.endpoints = endpoints
        overview.byStatus = [.critical: 2, .atRisk: 3, .healthy: 1]
        overview.meanRisk = 52.4
        overview.highestRisk = 97.6
        overview.openFindings = 1234
        overview.bySeverity = [.critical: 12, .high: 140, .medium: 310, .low: 25, nil: 9]
        overview.knownExploited = 3
        overview.lastScan = past
        return overview
    }

    static func page<Item: Sendable>(_ items: [Item], next: String? = nil) -> ListPage<Item> {
        ListPage(items: items, total: items.count, next: next)
    }

    /// An endpoint's findings without a filter.
    static func content(
        _ findings: [FindingStore.View], query: FindingStore.EndpointQuery = .init(), next: String? = nil
    ) -> EndpointFindings.Content {
        .init(
            page: page(findings, next: next),
            counts: FindingStore.EndpointCounts(findings.map { ($0.status, $0.severity, 1) }), query: query, next: next)
    }

    static func exception(
        _ text: String = "known", state: ExceptionRecord.State = .active, findings: Int = 1,
        expiresAt: Date = past
    ) -> ExceptionRecord {
        ExceptionRecord(
            id: .make(), kind: .accepted, state: state, cve: text, package: text, hostname: text, tag: text,
            reason: text, owner: text, requestedBy: text, decidedBy: text + "2", expiresAt: expiresAt, createdAt: past,
            findings: findings)
    }
}
