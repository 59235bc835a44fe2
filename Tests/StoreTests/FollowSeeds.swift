import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport

/// What the tests of following share.
extension TestDatabase {
    /// What a tenant's findings are, endpoint by endpoint, and what is counted of them.
    func findingState(_ tenant: TenantID) async throws -> [String] {
        var lines: [String] = []
        for query in Self.stateQueries {
            lines += try await store.app.query(query, tenant: tenant).map { try $0.decode(0, as: String.self) }
        }
        return lines
    }

    private static let stateQueries = [
        """
        SELECT concat_ws(' | ', e.hostname, v.cve_id, f.packages::text, f.installed, coalesce(f.fixed, '-'), f.state,
          f.risk_score, f.known_exploited, f.status, f.detected_at, coalesce(f.remediated_at::text, '-'), f.explanation,
          f.history, f.package, f.ecosystem, coalesce(f.severity, '-'), coalesce(f.ssvc, '-'), coalesce(f.timeline, '-'),
          coalesce(f.due_at::text, '-'), coalesce(f.cvss::text, '-'), coalesce(f.epss::text, '-'), f.exploits,
          coalesce(f.vector, '-'))
        FROM endpoints AS e
        JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
        JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
        ORDER BY e.hostname, v.cve_id
        """,
        """
        SELECT concat_ws(' | ', hostname, risk_score, status, open_findings, excepted_findings, coalesce(worst_severity, '-'))
        FROM endpoints
        ORDER BY hostname
        """,
        """
        SELECT concat_ws(' | ', v.cve_id, t.endpoints_affected, t.endpoints_remediated, t.endpoints_excepted, t.max_risk)
        FROM tenant_vulnerabilities AS t
        JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
        WHERE t.endpoints_affected + t.endpoints_remediated + t.endpoints_excepted > 0
        ORDER BY v.cve_id
        """,
    ]

    func load(_ feed: RematchFeeds.Feed) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write(feed.text, to: feed.name)
        _ = try await store.intelligence.importFeed(path: path, source: feed.source, origin: feed.origin)
    }

    /// A tenant whose endpoints have been scanned with the seeds' intelligence.
    func prepareToFollow(_ count: Int = 3) async throws -> [EndpointID] {
        try await addIntelligence()
        let ids = try await addEndpoints(count, in: a)
        try await scan(a, at: Seed.moment)
        return ids
    }

    func findingStatuses(_ endpoint: EndpointID) async throws -> [String: FindingStatus] {
        let views = try await store.findings.ofEndpoint(endpoint, tenant: a.id)
        return Dictionary(views.map { ($0.cve, $0.status) }) { first, _ in first }
    }

    /// Follows in the first tenant; a whole scan is a failure.
    func follow(at now: Date) async throws -> ScanStore.Outcome {
        guard case .followed(let outcome, _) = try await store.scans.follow(tenant: a.id, at: now) else {
            throw TestFailure("not followed")
        }
        return outcome
    }

    /// On a package of the seeds' machines that no other advisory names.
    static let newAdvisory = """
        [{"id": "DEBIAN-CVE-2024-1005", "upstream": ["CVE-2024-1005"], "summary": "Another flaw",
          "modified": "2024-06-02T00:00:00Z", "severity": [],
          "affected": [{"package": {"ecosystem": "Debian:12", "name": "coreutils"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.1-2"}]}]}]}]
        """
}
