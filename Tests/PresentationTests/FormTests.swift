import Domain
import FoundationEssentials
import Presentation
import Store
import Testing

/// Forms: who sees them, and what stands beside a field that is not taken.
@Suite("Forms")
struct FormTests {
    private static func actions(_ form: FormFields = FormFields("exception"), token: String? = "token")
        -> FindingActions.Actions
    { .init(policy: .standard, csrfToken: token, form: form) }

    @Test("what was wrong stands beside its field, which is named by it and has the focus; what was entered stays")
    func besideTheField() {
        let form = FormFields(
            "exception", entered: ["reason": "decoy", "days": "900", "kind": "mitigated"],
            error: .invalid(field: "expires_at", reason: "an exception lasts 365 days at most in this tenant"),
            names: ["expires_at": "days"])
        let html = FindingActions.render(Sample.finding(), .init(), Self.actions(form)).text
        #expect(html.contains("<details open>"))
        #expect(
            html.contains(
                "value=\"900\" aria-invalid=\"true\" aria-describedby=\"exception-days-problem\" autofocus></label>"))
        #expect(
            html.contains(
                "id=\"exception-days-problem\">An exception lasts 365 days at most in this tenant.</p>"), "\(html)")
        #expect(html.contains("value=\"decoy\"") && html.contains("value=\"mitigated\" selected"))
        #expect(!html.contains("role=\"alert\""))
    }

    @Test("what no field is at fault for stands above the form")
    func aboveTheForm() {
        let form = FormFields("exception", entered: [:], error: .conflict(kind: "finding", reason: "It is gone."))
        let html = FindingActions.render(Sample.finding(), .init(), Self.actions(form)).text
        #expect(html.contains("role=\"alert\">It is gone.</p>") && !html.contains("aria-invalid"))
    }

    @Test(
        "who may only look sees the exception behind a finding, and no form",
        arguments: [
            FindingStatus.open, .inProgress, .exception, .remediated,
        ])
    func lookers(_ status: FindingStatus) {
        let covers = FindingActions.Covers(exception: Sample.exception("why it is"), requested: [])
        let html = FindingActions.render(Sample.finding(status: status), covers, Self.actions(token: nil)).text
        #expect(!html.contains("<form"))
        #expect(html.contains("why it is") == (status == .exception))
        let endpoint = EndpointPage.render(
            Sample.detail(), view: .findings, actions: .init(csrfToken: "", canScan: false), task: nil, content: .empty)
        #expect(!endpoint.text.contains("<form"))
    }

    @Test("an exception is ended from its finding, which says what else it covers, and is come back to")
    func ending() {
        let covers = FindingActions.Covers(exception: Sample.exception(findings: 3))
        let html = FindingActions.render(Sample.finding(status: .exception), covers, Self.actions()).text
        #expect(html.contains("This finding and 2 others count again at once."))
        #expect(html.contains("name=\"return_to\" value=\"/endpoints/\(Sample.endpointID)/findings/CVE-2024-3094\""))
    }

    @Test("the list tells how soon an exception ends, and which ended lately")
    func expiry() {
        let soon = Sample.exception(expiresAt: Date().addingTimeInterval(3.5 * 86_400))
        let over = Sample.exception("forgotten", state: .expired)
        let html = ExceptionsPage.render(
            .init(page: Sample.page([soon]), state: nil, ending: [], expired: [over], policy: .standard, nextPath: nil),
            actions: .init(csrfToken: "", name: "me", canChange: false, canDecide: false)
        ).text
        #expect(html.contains("in 3 days") && html.contains("Ended in the last 14 days"))
        #expect(html.contains("forgotten") && !html.contains("<form"))
    }
}
