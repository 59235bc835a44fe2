import Domain
import FoundationEssentials
import Presentation
import Risk
import Store
import Testing

/// Numbers, times and states as people read them.
@Suite("Wording")
struct WordingTests {
    @Test(
        "large numbers are grouped",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1200, "−1,200")])
    func grouped(_ number: Int, _ expected: String) { #expect(Text.grouped(number) == expected) }

    @Test(
        "scores have one decimal",
        arguments: [(0.0, "0.0"), (9.8, "9.8"), (99.96, "100.0"), (63.74, "63.7"), (1_355_900.04, "1,355,900.0")])
    func tenths(_ value: Double, _ expected: String) { #expect(Text.tenths(value) == expected) }

    @Test(
        "probabilities keep a digit where they are small",
        arguments: [
            (1.0, "100 %"), (0.998, "99.8 %"), (0.9999, "> 99.9 %"), (0.97, "97 %"), (0.1, "10 %"), (0.004, "0.4 %"),
            (0.00004, "< 0.1 %"), (0.0, "0.0 %"),
        ])
    func percent(_ value: Double, _ expected: String) { #expect(Text.percent(value) == expected) }

    @Test(
        "ages are told in the largest whole unit",
        arguments: [
            (5.0, "just now"), (60.0, "1 minute ago"), (7200.0, "2 hours ago"), (86_400.0, "1 day ago"),
            (7_776_000.0, "3 months ago"),
        ])
    func age(_ seconds: Double, _ expected: String) {
        #expect(Text.age(Sample.past, now: Sample.past.addingTimeInterval(seconds)) == expected)
    }

    @Test("times are UTC and say so")
    func time() {
        #expect(Text.time(Sample.past) == "2024-06-01 12:00 UTC")
        #expect(Text.time(nil) == "never")
        #expect(Text.day(Sample.past) == "2024-06-01")
    }

    @Test("each severity is written out beside its colour, and none is called unrated", arguments: Severity.allCases)
    func severities(_ severity: Severity) {
        func row(_ severity: Severity?) -> String {
            VulnerabilitiesPage.render(
                Sample.page([Sample.vulnerability(severity: severity)]), query: .init(), nextPath: nil
            ).text
        }
        #expect(row(severity).contains("</svg>\(severity.rawValue)</span>"))
        #expect(row(nil).contains(">unrated</span>"))
    }

    @Test("the overview's headline names the worst state that there is")
    func headline() {
        var overview = Sample.overview()
        func text() -> String { OverviewPage.render(.init(overview: overview)).text }
        #expect(text().contains("<h1>2 endpoints are critical</h1>"))
        overview.byStatus = [.atRisk: 1, .healthy: 5]
        #expect(text().contains("<h1>1 endpoint is at risk</h1>"))
        overview.byStatus = [.healthy: 6]
        #expect(text().contains("<h1>Every endpoint is healthy</h1>"))
        overview.unscanned = 6
        #expect(text().contains("<h1>The first scan is under way</h1>"))
    }

    @Test("a finding tells its record, its range, its comparison and a command to repeat it")
    func explanation() {
        let html = FindingPage.render(
            Sample.finding(), terms: RiskModel.terms(for: RiskFactors(cvss: 10, epss: 0.853, isKnownExploited: true))
        ).text
        for text in [
            "debian xz-utils CVE-2024-3094", "fixed 5.6.1+really5.4.5-1", "5.6.0-0.2 &lt; 5.6.1+really5.4.5-1",
            "garrison compare-versions --ecosystem deb 5.6.0-0.2 5.6.1+really5.4.5-1", "Known exploitation",
        ] { #expect(html.contains(text), "\(text)") }
    }

    @Test("a version that a shell would run is quoted in the command to copy")
    func quoting() {
        let html = FindingPage.render(Sample.finding(installed: "1.0; rm -rf ~'x"), terms: []).text
        #expect(html.contains("deb &#39;1.0; rm -rf ~&#39;\\&#39;&#39;x&#39; 5.6.1"))
    }

    @Test(
        "a package without a fix says what the distribution decided",
        arguments: [
            (PackageState.ignored, "will not be fixed"), (.noAdvisory, "no advisory planned"),
            (.affected, "no fix yet"),
            (.endOfLife, "out of support"),
        ])
    func states(_ state: PackageState, _ words: String) {
        let finding = Sample.finding(fixed: nil, state: state)
        let html = EndpointFindings.render(Sample.content([finding]), endpoint: Sample.detail())
        #expect(html.text.contains(words))
    }

    @Test("errors have words for each status", arguments: [403, 404, 429, 500, 503])
    func errors(_ status: Int) {
        let html = ErrorPage.render(status: status, detail: "The reason.", requestID: "abc").text
        #expect(html.contains("<h1>\(ErrorPage.title(status))</h1>"))
        #expect(html.contains("The reason."))
        #expect(html.contains("request <code>abc</code>"))
    }
}
