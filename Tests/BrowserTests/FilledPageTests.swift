import Domain
import Store
import TestSupport
import Testing

extension BrowserTests {
    /// Pages of what vendors, machines and time bring, with something on them; and their buttons.
    @Suite("Filled pages") struct FilledPages {
        @Test("incidents, agents, osquery, identities and windows look well, and their buttons do what they say")
        func all() async throws {
            let stage = try Stage.current
            try await FilledTenant.with(stage.server) { tenant in
                try await stage.withVisitor(FilledTenant.visitor) { browser in
                    let visit = Visit(stage: stage, browser: browser, tenant: tenant)
                    try await visit.looks()
                    try await visit.incident()
                    try await visit.agents()
                    try await visit.liveQuery()
                    try await visit.identities()
                    try await visit.targets()
                    try await visit.calendar()
                    try await visit.wizard()
                    #expect(try await browser.complaints() == [])
                    try await visit.uploads()
                }
                try await stage.withVisitor(FilledTenant.visitor, scripts: false) { browser in
                    try await Visit(stage: stage, browser: browser, tenant: tenant).filesWithoutScripts()
                }
            }
        }
    }
}

/// One after the other in one browser: what one leaves, the next may see.
struct Visit {
    let stage: Stage
    let browser: Browser
    let tenant: FilledTenant

    func open(_ path: String) async throws { try await browser.visit(stage.server.base + path) }

    func wait(for text: String) async throws {
        try await waitUntil("the page says “\(text)”") { try await browser.text.contains(text) }
    }

    private var sources: String { "/endpoints/\(tenant.endpoint)/sources" }

    func looks() async throws {
        let folder = try Stage.artifacts()
        let pages = [
            ("incidents-filled", "/incidents"), ("incident", "/incidents/\(tenant.incident)"),
            ("agents-filled", "/settings/agents"), ("osquery", "/settings/osquery"), ("sources-filled", sources),
            ("deployments", "/deployments"), ("deployment-halted", "/deployments/\(tenant.halted)"),
            ("deployment-completed", "/deployments/\(tenant.completed)"), ("calendar", "/deployments/calendar"),
            ("targets", "/deployments/\(tenant.halted)/targets"), ("patch-filled", "/patches/\(tenant.patch)"),
            ("endpoints-filled", "/endpoints"),
            ("connectors-filled", "/connectors"),
        ]
        let axe = Accessibility.isThere ? try Accessibility() : nil
        for (width, isDark) in BrowserTests.Pages.views {
            for (name, path) in pages {
                try await browser.appear(width: width, isDark: isDark)
                try await open(path)
                #expect(try await browser.complaints() == [], "\(path)")
                let overflow = try await browser.run("return document.documentElement.scrollWidth - innerWidth").number
                #expect(overflow ?? 1 <= 0, "\(path) is \(overflow ?? 1) wider than \(width)")
                if width == 1280, let axe {
                    let violations = try await axe.violations(browser)
                    #expect(violations == [], "\(path): \(violations)")
                }
                try await browser.screenshot(to: "\(folder)/\(name)-\(width)-\(isDark ? "dark" : "light").png")
            }
        }
        try await browser.appear(width: 1280, isDark: false)
    }

    func incident() async throws {
        try await open("/incidents")
        try await browser.click("td a[href='/incidents/\(tenant.incident)']")
        try await wait(for: "A script was run from a document (2)")
        let form = "form[action='/incidents/\(tenant.incident)']"
        try await browser.run("document.querySelector(\"\(form) select\").value = 'investigating'")
        try await browser.fill("\(form) input[name=root_cause]", "A macro of a supplier")
        try await browser.click("\(form) button")
        try await wait(for: "A macro of a supplier")
        let badge = try await browser.run("return document.querySelector('dl.facts .badge').textContent")
        #expect(badge == "investigating")
        try await open("/incidents?status=open")
        #expect(try await browser.text.contains("No incident"))
    }

    func agents() async throws {
        try await open("/settings/agents")
        #expect(try await browser.text.contains("Two machines report with its key."))
        try await browser.click("tr:has(form[action$='/accept']) details:has(form[action$='/accept']) summary")
        try await browser.click("form[action$='/accept'] button")
        try await waitUntil("the agent is accepted") {
            try await !browser.text.contains("Two machines report with its key.")
        }
        let script = """
            const row = [...document.querySelectorAll('tr')].find((row) => row.textContent.includes('agent-1'));
            row.querySelector('details').open = true; row.querySelector('form[action$="/revoke"] button').click()
            """
        try await browser.run(script)
        try await wait(for: "revoked")
        try await browser.fill("form[action='/settings/agents'] input[name=name]", "laptops")
        try await browser.click("form[action='/settings/agents'] button")
        try await wait(for: "The new enrolment token")
        #expect(
            try await browser.run("return document.getElementById('new-token').textContent").text?
                .contains("--token gae_") == true)
    }

    func liveQuery() async throws {
        try await open("/endpoints?search=\(tenant.node.hostname)")
        try await browser.click("td a[href^='/endpoints/']")
        try await browser.click("nav.tabs a[href$='/sources']")
        try await browser.click("a[href^='/settings/osquery']")
        try await wait(for: "Ask osquery")
        // The host is chosen already.
        let hosts = try await browser.run("return document.querySelector('input[name=hosts]').value")
        #expect(hosts.text == tenant.node.hostname)
        try await browser.fill("textarea[name=sql]", "SELECT name FROM users")
        try await browser.click("form[action='/settings/osquery'] button")
        try await wait(for: "Answers are shown as they come.")
        let id = try await browser.path.split(separator: "/").last.map(String.init) ?? ""
        let key = tenant.node.key
        let questions = try await stage.server.post("/api/osquery/distributed/read", "{\"node_key\": \"\(key)\"}")
        #expect(questions["queries"][id].text == "SELECT name FROM users")
        _ = try await stage.server.post(
            "/api/osquery/distributed/write",
            """
            {"node_key": "\(key)", "queries": {"\(id)": [{"name": "backup-operator"}]}, "statuses": {"\(id)": 0},
             "messages": {}}
            """)
        // By itself.
        try await wait(for: "backup-operator")
    }

    func identities() async throws {
        try await open(sources)
        try await browser.fill("form[action$='/merge'] input[name=other]", "no-such-host")
        try await browser.click("form[action$='/merge'] button")
        try await waitUntil("it is refused") {
            try await browser.run("return !!document.querySelector('.notice.error')") == true
        }
        try await browser.fill("form[action$='/merge'] input[name=other]", "desk-1")
        try await browser.fill("form[action$='/merge'] input[name=reason]", "It was set up anew")
        try await browser.click("form[action$='/merge'] button")
        try await wait(for: "It was set up anew")
        try await browser.click("details:has(form[action$='/undo']) summary")
        try await browser.click("form[action$='/undo'] button")
        try await wait(for: "A merge was taken back")
        try await open(sources)
        let split = "form[action$='/split']:has(input[value=s1])"
        try await browser.run("document.querySelector('input[value=s1]').closest('details').open = true")
        try await browser.fill("\(split) input[name=reason]", "It is the machine beside it")
        try await browser.click("\(split) button")
        try await waitUntil("the device is an endpoint of its own") {
            let path = try await browser.path
            return path.hasSuffix("/sources") && path != sources
        }
        #expect(try await browser.text.contains("It is the machine beside it"))
    }

    func targets() async throws {
        try await open("/deployments/\(tenant.halted)")
        try await browser.click(".ring a[href*='state=failed']")
        try await wait(for: "that match")
        try await browser.click("td details:has(.log) summary")
        #expect(try await browser.text.contains("dpkg: error"))
        try await browser.fill("main input[name=search]", "zzz")
        try await browser.click("form.filters button")
        try await wait(for: "No endpoint matches")
        try await browser.click(".empty a")
        try await wait(for: "20 of 20")
    }

    /// From a patch to a deployment in rings and windows.
    func wizard() async throws {
        try await open("/deployments/new?patch=\(tenant.patch)")
        try await wait(for: "Gate between rings")
        let patch = try await browser.run("return document.querySelector('input[name=patch]').value")
        #expect(patch == "DSA-1-1")
        let select = "document.querySelector('select[name=strategy]')"
        let isShown = "return document.getElementById('rings').offsetHeight > 0"
        try await browser.run("\(select).value = 'immediate'")
        #expect(try await browser.run(isShown) == false)
        try await browser.run("\(select).value = 'staged'")
        #expect(try await browser.run(isShown) == true)
        try await browser.click("button[value=addschedule]")
        try await wait(for: "Window 1")
        try await browser.fill("input[name=schedule0_zone]", "Mars/Base")
        let canary = "fieldset:has(input[name=ring0_name])"
        try await browser.click("\(canary) details summary")
        try await browser.fill("input[name=ring0_success]", "101")
        try await browser.fill("input[name=ring0_soak]", "240")
        try await browser.run("document.querySelector('select[name=ring0_proof]').value = 'yes'")
        try await browser.click("button[value=dropring-1]")
        try await waitUntil("a ring is gone") { try await !browser.text.contains("Ring 3") }
        try await browser.click(".wizard > .actions button")
        try await wait(for: "It is not the name of a time zone")
        #expect(try await browser.run("return document.activeElement.name") == "ring0_success")
        #expect(try await browser.text.contains("It has to be between 0 and 100."))
        try await pictures("deployment-refused")
        try await browser.fill("input[name=ring0_success]", "100")
        try await browser.fill("input[name=schedule0_zone]", "Europe/Berlin")
        try await browser.click(".wizard > .actions button")
        try await wait(for: "What it would do")
        let gates = [
            "Its own gate: at least 100 % succeed; at most 0 not well, 0 incidents, 0 alerts; 90 % with an outcome; "
                + "watched for 240 min; proven good", "The plan’s gate: at least 90 % succeed",
        ]
        for words in gates { #expect(try await browser.text.contains(words), "\(words)") }
        if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
        try await pictures("deployment-preview")
        try await browser.click("#preview button")
        try await waitUntil("it is made") {
            let path = try await browser.path
            return path.hasPrefix("/deployments/") && !path.hasPrefix("/deployments/new")
        }
        try await wait(for: "Asked for by")
        for words in gates { #expect(try await browser.text.contains(words), "\(words)") }
        try await pictures("deployment-gates")
    }

    /// The page as it stands, or a part of it, wide and narrow, light and dark.
    func pictures(_ name: String, of part: String? = nil) async throws {
        for (width, isDark) in BrowserTests.Pages.views {
            try await browser.appear(width: width, isDark: isDark)
            let overflow = try await browser.run("return document.documentElement.scrollWidth - innerWidth").number
            #expect(overflow ?? 1 <= 0, "\(name), \(width)")
            try await browser.screenshot(
                of: part, to: "\(try Stage.artifacts())/\(name)-\(width)-\(isDark ? "dark" : "light").png")
        }
        try await browser.appear(width: 1280, isDark: false)
    }

    func calendar() async throws {
        try await open("/deployments")
        try await browser.click("nav.tabs a[href='/deployments/calendar']")
        try await wait(for: "Europe/Berlin")
        #expect(try await browser.text.contains("Blackout: The end of the quarter"))
        let counts = "return document.querySelectorAll('.days > li').length"
        #expect(try await browser.run(counts).number == 28)
        try await browser.click(".calendar-steps a:last-child")
        try await waitUntil("the next weeks come") { try await browser.path.contains("from=") }
        #expect(try await !browser.text.contains("today"))
        try await browser.click(".days .opening a")
        try await waitUntil("the deployment comes") { try await browser.path == "/deployments/\(tenant.scheduled)" }
    }
}
