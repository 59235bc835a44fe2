import Domain
import FoundationEssentials
import Presentation
import Store
import Testing

/// A page without content says why, and what to do about it.
@Suite("Empty states")
struct EmptyStateTests {
    @Test("a tenant without endpoints is told the commands that add one")
    func noEndpoint() {
        let pages = [
            OverviewPage.render(.init(overview: OverviewStore.Overview())),
            EndpointsPage.render(Sample.page([]), query: .init(), nextPath: nil),
        ]
        for page in pages {
            #expect(page.text.contains("No endpoint yet"))
            #expect(page.text.contains("garrison collect | garrison import --tenant NAME -"))
        }
    }

    @Test("a filter that matches nothing offers the whole list, not the first steps")
    func noMatch() {
        let endpoints = EndpointsPage.render(Sample.page([]), query: .init(search: "zzz"), nextPath: nil)
        #expect(endpoints.text.contains("No endpoint matches"))
        #expect(!endpoints.text.contains("No endpoint yet"))
        let vulnerabilities = VulnerabilitiesPage.render(Sample.page([]), query: .init(search: "zzz"), nextPath: nil)
        #expect(vulnerabilities.text.contains("No vulnerability matches"))
        let patches = PatchesPage.render(Sample.page([]), query: .init(kind: .application), nextPath: nil)
        #expect(patches.text.contains("No patch matches"))
    }

    @Test("where no patch is missing the list says so, and an endpoint's too")
    func noPatch() {
        let list = PatchesPage.render(Sample.page([]), query: .init(), nextPath: nil)
        #expect(list.text.contains("No patch is missing") && list.text.contains("href=\"/vulnerabilities\""))
        #expect(EndpointPatches.render(Sample.page([])).text.contains("No patch is missing"))
    }

    @Test(
        "an endpoint with nothing open says how many packages were compared, and links to what they were compared with")
    func nothingOpen() {
        let html = EndpointFindings.render(Sample.content([]), endpoint: Sample.detail())
        #expect(html.text.contains("Nothing open"))
        #expect(html.text.contains("412 packages were compared"))
        #expect(html.text.contains("href=\"/intelligence\""))
    }

    @Test("a tenant without VEX documents is told what they are and how one is imported")
    func noVEX() {
        let actions = VEXPage.Actions(csrfToken: "", canChange: true)
        let html = VEXPage.render(Sample.page([]), nextPath: nil, actions: actions)
        #expect(
            html.text.contains("No VEX document yet") && html.text.contains("garrison vex import --tenant NAME FILE"))
        #expect(html.text.contains("<textarea"))
        let reader = VEXPage.render(Sample.page([]), nextPath: nil, actions: .init(csrfToken: "", canChange: false))
        #expect(!reader.text.contains("<textarea"))
    }

    @Test("an endpoint before its first scan is not called healthy")
    func notScanned() {
        let endpoint = Sample.endpoint(status: .healthy, risk: 0, open: 0, isScanned: false)
        let list = EndpointsPage.render(Sample.page([endpoint]), query: .init(), nextPath: nil)
        #expect(list.text.contains("not scanned yet"))
        #expect(!list.text.contains(">healthy</span>"))
        let findings = EndpointFindings.render(Sample.content([]), endpoint: Sample.detail(endpoint))
        #expect(findings.text.contains("Not scanned yet"))
    }

    @Test("without intelligence every page warns, and its own page says how to load some")
    func nothingLoaded() {
        #expect(Freshness.warning([])?.text.contains("nothing can be found") == true)
        #expect(IntelligencePage.render([]).text.contains("garrison intel update"))
    }

    @Test("intelligence older than two weeks warns, younger does not", arguments: [(13.0, false), (15.0, true)])
    func oldKnowledge(age: Double, warns: Bool) {
        #expect((Freshness.warning([Sample.source(age: age)]) != nil) == warns)
        #expect(IntelligencePage.render([Sample.source(age: age)]).text.contains(">old</span>") == warns)
    }

    @Test("an endpoint that reported no package shows what could not be read, opened")
    func unreadable() {
        let note = CollectionNote(item: "packages.rpm", reason: "the database is locked")
        let html = EndpointPage.render(
            Sample.detail(notes: [note], packages: 0), view: .software,
            actions: .init(csrfToken: "", canScan: false), task: nil, content: .empty)
        #expect(html.text.contains("<details class=\"card\" open>"))
        #expect(html.text.contains("the database is locked"))
    }

    @Test(
        "an endpoint says until when its system has security fixes, and warns when that is over",
        arguments: [
            ("2024-06-30" as String?, "ended</span> 2024-06-30" as String?), ("2999-01-01", "until 2999-01-01"),
            (nil, nil),
        ])
    func support(_ end: String?, _ words: String?) {
        let html = EndpointPage.render(
            Sample.detail(supportEnd: end), view: .software, actions: .init(csrfToken: "", canScan: false), task: nil,
            content: .empty
        ).text
        #expect(html.contains("Security support") == (words != nil))
        if let words { #expect(html.contains(words)) }
    }
}
