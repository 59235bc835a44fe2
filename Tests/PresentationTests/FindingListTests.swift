import Domain
import FoundationEssentials
import Presentation
import Store
import Testing

/// The findings of an endpoint, filtered and counted.
@Suite("Findings of an endpoint")
struct FindingListTests {
    private static func text(
        _ query: FindingStore.EndpointQuery, _ items: [FindingStore.View] = [Sample.finding("CVE-2024-0002")],
        next: String? = nil
    ) -> String {
        let counts = FindingStore.EndpointCounts([
            (.open, .critical, 1), (.open, .low, 1), (.inProgress, .low, 1), (.remediated, .high, 1),
        ])
        let content = EndpointFindings.Content(
            page: ListPage(items: items, total: 214, next: next), counts: counts, query: query, next: next)
        return EndpointFindings.render(content, endpoint: Sample.detail()).text
    }

    @Test("chips tell how many each choice has, and mark the current one; being worked on counts as open")
    func chips() {
        let html = Self.text(.init(severity: .low))
        #expect(html.contains(">open <span class=\"count\">3</span>"))
        #expect(html.contains(">remediated <span class=\"count\">1</span>"))
        #expect(html.contains("severity=low\" aria-current=\"true\">low <span class=\"count\">2</span>"))
        #expect(!html.contains(">high <span"))
    }

    @Test("the way to the next page and back to the first keeps the filters")
    func pager() {
        let html = Self.text(.init(status: .remediated, search: "curl", cursor: "here"), next: "there")
        #expect(html.contains("1 of 214"))
        #expect(html.contains("?status=remediated&amp;search=curl&amp;cursor=there\">Next page"))
        #expect(html.contains("?status=remediated&amp;search=curl\">First page"))
        #expect(!Self.text(.init()).contains("Next page"))
    }

    @Test("a filter that matches nothing offers all of the status")
    func nothing() {
        #expect(Self.text(.init(search: "zzz"), []).contains("Show all 3"))
        #expect(Self.text(.init(status: .exception), []).contains("No finding has this status"))
    }

    @Test("what one scan changed is one entry of the history, with the rest of its findings counted")
    func history() {
        let entry = FindingStore.HistoryEntry(
            at: Sample.past, to: .open, by: "scan", reason: "found", count: 14, findings: ["CVE-1", "CVE-2"])
        let html = EndpointHistory.render(
            ListPage(items: [entry], total: 60, next: nil), next: "there", endpoint: Sample.detail()
        ).text
        #expect(html.contains("14 findings") && html.contains("and 12 more"))
        #expect(html.contains("/history?cursor=there"))
    }
}
