import Domain
import Patching
import Presentation
import Store
import Testing

@Suite("The page of a deployment")
struct DeploymentPageTests {
    private static func page(failed: Int, named: Int) -> String {
        let record = DeploymentRecord(
            number: "DSA-1-1", title: "curl", plan: DeploymentPlan(),
            life: DeploymentLife(.running, ring: 0, ringCount: 1),
            reason: "", requestedBy: "", at: Sample.past)
        var ring = DeploymentCounts.Ring(ring: 0, name: "All", openedAt: Sample.past)
        ring.marked[.failed] = failed
        ring.clean[.deployed] = 3
        let failures = (0..<named).map {
            DeploymentTarget(hostname: "host-\($0)", life: TargetLife(.failed), log: nil, at: Sample.past)
        }
        let content = DeploymentPage.Content(
            status: .init(deployment: record, counts: DeploymentCounts([ring]), failures: failures), steps: [],
            words: [])
        return DeploymentPage.render(content, csrfToken: nil).text
    }

    @Test("each ring says which gate it has, and the last nothing of being watched")
    func gates() {
        let strict = GatePolicy(successPercent: 99.5, soakMinutes: 240, test: FailureTestPolicy(needsProof: true))
        let plan = DeploymentPlan(
            strategy: .staged,
            rings: [
                .init(name: "Canary", percent: 5, gate: strict), .init(name: "Early", percent: 20), .init(name: "Rest"),
            ])
        let record = DeploymentRecord(
            number: "DSA-1-1", title: "curl", plan: plan, life: DeploymentLife(.running, ring: 0, ringCount: 3),
            reason: "", requestedBy: "", at: Sample.past)
        let rings = plan.rings.enumerated().map { DeploymentCounts.Ring(ring: $0, name: $1.name, openedAt: nil) }
        let page = DeploymentPage.render(
            .init(
                status: .init(deployment: record, counts: DeploymentCounts(rings), failures: []), steps: [], words: []),
            csrfToken: nil
        ).text
        let allowed = "at most 0 not well, 0 incidents, 0 alerts"
        for words in [
            "<b>Its own gate</b>: at least 99.5 % succeed; \(allowed); 90 % with an outcome; watched for 240 min; proven good",
            "<b>The plan’s gate</b>: at least 90 % succeed; \(allowed); 90 % with an outcome; watched for 60 min</p>",
            "<b>The plan’s gate</b>: at least 90 % succeed; \(allowed)</p>",
        ] { #expect(page.contains(words), "\(words)") }
    }

    @Test("it says how many more have failed than it names, and leads to them")
    func more() {
        let page = Self.page(failed: 1234, named: 100)
        #expect(page.contains("These are the first 100: <a href=\"/deployments/"))
        #expect(page.contains("targets?state=unsuccessful\">1,134 more</a>"))
        #expect(!Self.page(failed: 100, named: 100).contains(" more</a>"))
    }

    @Test("the numbers of a ring lead to its endpoints in that state")
    func numbers() {
        let page = Self.page(failed: 2, named: 2)
        #expect(page.contains("targets?state=failed&amp;ring=0\">2 failed</a>"))
        #expect(page.contains("targets?state=deployed&amp;ring=0\">3 deployed</a>"))
    }
}
