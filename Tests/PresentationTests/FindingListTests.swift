import Domain
import FoundationEssentials
import Presentation
import Store
import Testing

/// The findings of an endpoint, filtered and counted.
@Suite("Findings of an endpoint")
struct FindingListTests {
    private static let findings = [
        Sample.finding("CVE-2024-0001", packages: ["openssl"], severity: .critical),
        Sample.finding("CVE-2024-0002", packages: ["curl"], severity: .low),
        Sample.finding("CVE-2024-0003", packages: ["curl"], severity: .low, status: .inProgress),
        Sample.finding("CVE-2024-0004", packages: ["zlib1g"], severity: .high, status: .remediated),
    ]

    private static func text(_ filter: EndpointFindings.Filter) -> String {
        EndpointFindings.render(findings, filter: filter, endpoint: Sample.detail()).text
    }

    @Test("open ones are shown at first; being worked on counts as open")
    func open() {
        let html = Self.text(.init())
        #expect(html.contains("CVE-2024-0001"))
        #expect(html.contains("CVE-2024-0003"))
        #expect(!html.contains("CVE-2024-0004"))
    }

    @Test("the filters by severity, status and words narrow the list")
    func filters() {
        #expect(!Self.text(.init(severity: .low)).contains("CVE-2024-0001"))
        #expect(Self.text(.init(status: .remediated)).contains("CVE-2024-0004"))
        let curl = Self.text(.init(search: "CURL"))
        #expect(curl.contains("CVE-2024-0002") && !curl.contains("CVE-2024-0001"))
    }

    @Test("chips tell how many each choice has, and mark the current one")
    func chips() {
        let html = Self.text(.init(severity: .low))
        #expect(html.contains(">open <span class=\"count\">3</span>"))
        #expect(html.contains(">remediated <span class=\"count\">1</span>"))
        #expect(html.contains("severity=low\" aria-current=\"true\">low <span class=\"count\">2</span>"))
    }

    @Test("what one scan changed is one entry of the history, the latest first")
    func history() {
        let scan = StatusChange(at: Sample.past, from: nil, to: .open, by: "scan", reason: "found")
        let fix = StatusChange(
            at: Sample.past.addingTimeInterval(60), from: .open, to: .remediated, by: "scan", reason: "gone")
        let html = EndpointHistory.render(
            [Sample.finding("CVE-1", history: [scan, fix]), Sample.finding("CVE-2", history: [scan])],
            endpoint: Sample.detail()
        ).text
        let opened = html.range(of: "2 findings")
        let remediated = html.range(of: "1 finding<")
        #expect(opened != nil && remediated != nil)
        if let opened, let remediated { #expect(remediated.lowerBound < opened.lowerBound) }
    }
}
