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
