import Domain
import FoundationEssentials
import Presentation
import Risk
import Store
import Testing

/// Text from outside stays text, wherever a page shows it.
@Suite("Text from outside")
struct EscapingTests {
    static let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"

    /// Every page, rendered with the attack in every text that comes from outside.
    private static var pages: [(name: String, html: HTML)] {
        let endpoint = Sample.endpoint(attack, osName: attack)
        let detail = Sample.detail(endpoint, notes: [CollectionNote(item: attack, reason: attack)])
        let vulnerability = Sample.vulnerability(attack, title: attack)
        let advisory = VulnerabilityStore.AdvisoryReference(source: attack, id: attack, title: attack)
        let change = StatusChange(at: Sample.past, from: nil, to: .open, by: attack, reason: attack)
        let entry = FindingStore.HistoryEntry(
            at: Sample.past, to: .open, by: attack, reason: attack, count: 20, findings: [attack])
        let finding = Sample.finding(
            attack, on: attack, title: attack, packages: [attack], installed: attack, fixed: attack, record: attack,
            notes: [attack], history: [change])
        let actions = EndpointPage.Actions(
            csrfToken: attack, canScan: true,
            context: FormFields("context", entered: ["tags": attack], error: .invalid(field: "tags", reason: attack)))
        let software = InstalledSoftware(
            name: attack, version: attack, architecture: attack, source: attack, vendor: attack, type: "deb")
        return connectors + edr + deployments + coverage + [
            (
                "overview",
                OverviewPage.render(
                    .init(
                        overview: Sample.overview(), histogram: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0], top: [vulnerability],
                        exploited: [vulnerability], newest: [vulnerability], worst: [endpoint],
                        sources: [Sample.source(attack, lacks: attack)]))
            ),
            (
                "endpoints",
                EndpointsPage.render(
                    Sample.page([endpoint]), query: .init(osType: attack, search: attack, cursor: attack),
                    nextPath: attack)
            ),
            ("endpoint", EndpointPage.render(detail, view: .findings, actions: actions, task: nil, content: .empty)),
            (
                "findings",
                EndpointFindings.render(
                    Sample.content([finding], query: .init(search: attack, cursor: attack), next: attack),
                    endpoint: detail)
            ),
            (
                "no findings",
                EndpointFindings.render(Sample.content([], query: .init(search: attack)), endpoint: detail)
            ),
            ("software", EndpointSoftware.render([software], search: nil, offset: 0, endpoint: detail)),
            ("no software", EndpointSoftware.render([software], search: attack + "x", offset: 0, endpoint: detail)),
            ("actions", actionsPage), ("incidents", incidentsPage), ("incident", incidentPage),
            ("history", EndpointHistory.render(Sample.page([entry]), next: attack, endpoint: detail)),
            ("finding", FindingPage.render(finding, terms: RiskModel.terms(for: RiskFactors(cvss: 9.8)))),
            ("forms of a finding", findingForms(.open)), ("a finding set aside", findingForms(.exception)),
            (
                "vulnerabilities",
                VulnerabilitiesPage.render(
                    Sample.page([vulnerability]), query: .init(affectedSystems: attack, search: attack),
                    nextPath: attack)
            ),
            (
                "vulnerability",
                VulnerabilityPage.render(
                    Sample.vulnerabilityDetail(
                        vulnerability, description: attack, vector: attack, advisories: [advisory], exploits: [attack]),
                    findings: Sample.page([finding]), isFirstPage: false, nextPath: attack)
            ),
            ("patches", patchPages[0]), ("patch", patchPages[1]), ("patches of an endpoint", patchPages[2]),
            ("findings of all", findingsPage), ("exceptions", exceptionsPage), ("vex", vexPage),
            ("vex document", vexDocumentPage), ("deadlines", deadlinesPage),
            (
                "weights",
                WeightsPage.render(.standard, history: [version], diff: diff, problem: attack, csrfToken: attack)
            ),
            ("what if", whatIfPage),
            ("intelligence", IntelligencePage.render([Sample.source(attack, lacks: attack)])),
            (
                "search",
                SearchPage.render(
                    attack, endpoints: Sample.page([endpoint]), vulnerabilities: Sample.page([vulnerability]))
            ),
            (
                "tokens",
                TokensPage.render(
                    [TokenStore.Summary(id: .make(), name: attack, role: .viewer, createdAt: Sample.past)],
                    secret: attack,
                    csrfToken: attack)
            ),
            (
                "agents",
                AgentsPage.render(
                    [
                        AgentRecord(
                            id: .make(), facts: AgentFacts(deviceID: attack, hostname: attack, version: attack),
                            standing: AgentStanding(state: .quarantined, reason: attack), enrolledAt: Sample.past)
                    ],
                    enrolments: [
                        .init(
                            id: .make(), name: attack, usesLeft: 1, createdBy: attack, createdAt: Sample.past,
                            expiresAt: Sample.past)
                    ], keys: [.init(id: attack, createdAt: Sample.past, retiredAt: nil)], secret: attack,
                    csrfToken: attack)
            ),
            (
                "osquery",
                OsqueryPage.render(
                    [
                        OsqueryNode(
                            id: .make(), hostIdentifier: attack, hostname: attack, platform: attack, version: attack,
                            enrolledAt: Sample.past, lastSeenAt: Sample.past)
                    ],
                    recent: [
                        .init(
                            id: .make(), sql: attack, requestedBy: attack, createdAt: Sample.past, asked: 2, answered: 1
                        )
                    ], host: attack, csrfToken: attack)
            ),
            (
                "live query",
                OsqueryPage.render(
                    OsqueryQuery(
                        id: .make(), sql: attack, requestedBy: attack, createdAt: Sample.past,
                        expiresAt: Sample.past,
                        answers: [
                            .init(
                                node: .make(), hostname: attack, state: .completed,
                                rows: (try? JSONEncoder().encode([[attack: attack]])).map {
                                    String(decoding: $0, as: UTF8.self)
                                },
                                answeredAt: Sample.past),
                            .init(node: .make(), hostname: attack, state: .failed, message: attack),
                        ]))
            ),
            (
                "users",
                UsersPage.render(
                    [User(id: .make(), email: attack, role: .viewer, createdAt: Sample.past)], own: "",
                    entry: .init(email: attack, problem: attack), csrfToken: attack)
            ),
            (
                "audit",
                AuditPage.render(
                    [AuditStore.Event(sequence: 1, at: Sample.past, actor: attack, action: attack, object: attack)],
                    isFirstPage: true, verification: nil)
            ),
            (
                "notifications",
                NotificationsPage.render(
                    .init(url: attack, isEnabled: true, updatedAt: Sample.past, updatedBy: attack),
                    messages: Sample.page([message]), secret: attack,
                    form: FormFields(
                        "webhook", entered: ["url": attack], error: .invalid(field: "url", reason: attack)),
                    isFirstPage: false, nextPath: attack, csrfToken: attack)
            ),
            (
                "patches by a webhook",
                PatchWebhookCard.render(
                    .init(url: attack, callback: attack, isEnabled: true, updatedAt: Sample.past, updatedBy: attack),
                    form: FormFields(
                        "patches", entered: ["url": attack], error: .invalid(field: "url", reason: attack)),
                    csrfToken: attack)
            ),
            ("settings", SettingsPage.render(current: "/settings", notice: attack, content: .empty)),
            ("sign-in", SignInPage.render(email: attack, returnTo: attack, error: attack)),
            ("error", ErrorPage.render(status: 500, detail: attack, requestID: attack)),
            (
                "layout",
                Layout(
                    title: attack, section: .overview,
                    principal: Principal(tenant: .make(), role: .admin, subject: .system, name: attack),
                    tenantName: attack, csrfToken: attack, address: attack
                ).render(.empty)
            ),
        ]
    }

    private static let message = OutboxMessage(
        id: .make(), tenant: .make(), kind: attack, state: .dead, runAfter: Sample.past, error: attack,
        createdAt: Sample.past)
    private static let row = FindingRow(
        endpoint: Sample.endpointID, hostname: attack, cve: attack, title: attack, packages: [attack],
        installed: attack, fixed: attack, riskScore: 50, status: .open, detectedAt: Sample.past, dueAt: Sample.past)
    private static let version = PolicyStore.Version(
        number: 1, body: Array(attack.utf8), note: attack, createdBy: attack, createdAt: Sample.past)
    private static let diff = PolicyDiff(
        before: PolicyFigures(), after: PolicyFigures(), findings: 1, endpoints: 1,
        moves: [
            PolicyDiff.Move(
                cve: attack, rankBefore: 1, rankAfter: nil, riskBefore: 1, riskAfter: 2, openBefore: 1, openAfter: 0,
                overdueBefore: 0, overdueAfter: 1)
        ], movedVulnerabilities: 1, topBefore: [attack], topAfter: [attack])

    private static var findingsPage: HTML {
        FindingsPage.render(
            Sample.page([row]), query: .init(package: attack, tag: attack, cve: attack, cursor: attack),
            nextPath: attack)
    }

    private static func findingForms(_ status: FindingStatus) -> HTML {
        let form = FormFields(
            "exception", entered: ["reason": attack, "owner": attack, "days": attack],
            error: .notFound(kind: "vulnerability", id: attack))
        return FindingActions.render(
            Sample.finding(attack, on: attack, status: status),
            .init(exception: Sample.exception(attack, findings: 3), requested: [Sample.exception(attack)]),
            .init(policy: .standard, csrfToken: attack, form: form))
    }

    private static let techniques = [
        AlertReport.Technique(tacticID: attack, tactic: attack, techniqueID: attack, technique: attack)
    ]
    private static let incident = IncidentRecord(
        endpoint: Sample.endpointID, hostname: attack, threatType: attack, title: attack, severity: .high,
        status: .open, detectedAt: Sample.past, rootCause: attack, techniques: techniques)

    private static var incidentsPage: HTML {
        IncidentsPage.render(Sample.page([incident]), status: nil, isFirstPage: false, nextPath: attack)
    }

    private static var incidentPage: HTML {
        IncidentsPage.render(
            incident,
            alerts: [AlertRecord(source: attack, title: attack, techniques: techniques, detectedAt: Sample.past)],
            refusals: [.init(alert: .make(), title: attack, source: attack, status: .failed, reason: attack)],
            timeline: [.init(at: Sample.past, kind: "note", actor: attack, message: attack)], actions: [],
            csrfToken: attack)
    }

    private static var actionsPage: HTML {
        let decisions = ActionStatus.allCases.map { status in
            ActionDecision(
                id: .make(),
                actions: [
                    ActionRecord(
                        source: attack,
                        request: ActionRequest(id: UUID(), action: .scan(device: attack, paths: []), comment: attack),
                        status: status, message: attack,
                        transitions: [.init(status: status, at: Sample.past, message: attack)], requestedBy: attack,
                        at: Sample.past)
                ])
        }
        let sources = (0..<2).map { _ in
            ActionStore.Source(connector: .make(), name: attack, kind: "crowdstrike", device: attack)
        }
        return EndpointActions.render(
            .init(
                sources: sources, decisions: decisions, csrfToken: attack, canRespond: true,
                form: FormFields(
                    "action", entered: ["reason": attack], error: .conflict(kind: "action", reason: attack))),
            endpoint: Sample.detail(Sample.endpoint(attack, osName: attack)))
    }

    private static var exceptionsPage: HTML {
        let exceptions = ExceptionRecord.State.allCases.map { state in
            ExceptionRecord(
                id: .make(), kind: .accepted, state: state, cve: attack, package: attack,
                endpoint: state == .active ? Sample.endpointID : nil, hostname: attack, tag: attack, reason: attack,
                owner: attack, requestedBy: attack, decidedBy: attack + "2", expiresAt: Sample.past,
                createdAt: Sample.past)
        }
        return ExceptionsPage.render(
            .init(
                page: Sample.page(exceptions), state: nil, ending: exceptions, expired: exceptions, policy: .standard,
                nextPath: attack),
            actions: .init(
                csrfToken: attack, name: "other", canChange: true, canDecide: true,
                form: FormFields(
                    "exception", entered: ["cve_id": attack], error: .invalid(field: "cve_id", reason: attack))))
    }

    private static let document = VEXRecord(
        id: .make(), document: attack, format: .openVEX, author: attack, issuedAt: Sample.past, importedBy: attack,
        importedAt: Sample.past, statements: 1, findings: 1)

    private static var vexPage: HTML {
        VEXPage.render(
            Sample.page([document]), nextPath: attack,
            actions: .init(csrfToken: attack, canChange: true, problem: attack))
    }

    private static var vexDocumentPage: HTML {
        let product = VEXProduct(component: VEXIdentity(id: attack, cpe: attack), container: VEXIdentity(id: attack))
        let statement = VEXStatement(
            vulnerabilities: [attack, attack], products: [product], status: .notAffected, justification: attack,
            impact: attack, action: attack, author: attack, date: Sample.past, document: attack)
        return VEXDocumentPage.render(document, statements: [.init(id: .make(), statement: statement)])
    }

    private static var deadlinesPage: HTML {
        DeadlinesPage.render(
            .init(
                policy: .standard, overdue: Sample.page([row]), soon: Sample.page([row]), history: [version],
                diff: diff, problem: attack), csrfToken: attack)
    }

    private static var whatIfPage: HTML {
        var outcome = SimulationStore.Outcome()
        outcome.gains = [.init(id: Sample.endpointID, hostname: attack, before: 2, after: 1)]
        let update = FixPlan.Update(ecosystem: attack, package: attack, risk: 1, endpoints: 1, findings: 1)
        let plan = SimulationStore.Plan(
            plan: FixPlan(from: [update], count: 1), versions: [attack], outcome: outcome)
        return WhatIfPage.render(.init(fixes: attack), outcome: outcome, plan: plan)
    }

    @Test("a hostile name, title, version, note or parameter never becomes markup, on any page")
    func escaping() {
        for (name, html) in Self.pages {
            #expect(!html.text.contains("<script>"), "\(name)")
            #expect(!html.text.contains("<img"), "\(name)")
            #expect(!html.text.contains("\"'>"), "\(name)")
        }
    }

    @Test("pages have no inline script, style or handler, which the content security policy would refuse")
    func strictPolicy() {
        for (name, html) in Self.pages {
            #expect(html.text.firstMatch(of: /<style|\sstyle=|\son[a-z]+="/) == nil, "\(name)")
            #expect(html.text.firstMatch(of: /<script(?! src="\/assets\/)/) == nil, "\(name)")
            #expect(html.text.firstMatch(of: /href="javascript:/) == nil, "\(name)")
        }
    }

    @Test(
        "interpolated text is escaped",
        arguments: [
            ("a & b", "a &amp; b"), ("<b>", "&lt;b&gt;"), ("\"q\"", "&quot;q&quot;"), ("it's", "it&#39;s"),
            ("naïve 日本", "naïve 日本"), ("bell\u{7}", "bell\u{FFFD}"), ("gnp\u{202E}exe", "gnp\u{FFFD}exe"),
        ])
    func interpolation(_ text: String, _ expected: String) {
        let html: HTML = "<p>\(text)</p>"
        #expect(html.text == "<p>\(expected)</p>")
    }

    @Test("an id from outside cannot leave its place in a link")
    func links() {
        let html = VulnerabilitiesPage.render(
            Sample.page([Sample.vulnerability("../../x?y#z")]), query: .init(), nextPath: nil)
        #expect(html.text.contains("href=\"/vulnerabilities/..%2F..%2Fx%3Fy%23z\""))
    }
}
