import TestSupport
import Testing

extension BrowserTests {
    /// Every page, as it looks and sounds.
    @Suite("Pages") struct Pages {
        /// The address of each page, with a name for its picture.
        static func addresses(_ browser: Browser, _ base: String) async throws -> [(name: String, path: String)] {
            try await browser.visit(base + "/endpoints?sort=hostname")
            let links = try await browser.run(
                "return [...document.querySelectorAll('td a[href^=\"/endpoints/\"]')].map((a) => a.getAttribute('href'))"
            )
            guard let endpoint = links.elements.compactMap(\.text).last else {
                throw TestFailure("no endpoint is listed")
            }
            let cve = SeedFeeds.unfixed
            return [
                ("overview", "/"), ("endpoints", "/endpoints"), ("endpoints-none", "/endpoints?search=zzz"),
                ("endpoint", endpoint), ("software", endpoint + "/software"), ("missing", endpoint + "/patches"),
                ("history", endpoint + "/history"),
                ("actions", endpoint + "/actions"), ("incidents", "/incidents"),
                ("deployments-none", "/deployments"), ("deployment-new", "/deployments/new"),
                ("calendar-none", "/deployments/calendar"),
                ("finding", "\(endpoint)/findings/\(cve)"), ("findings", "/findings"),
                ("findings-none", "/findings?package=zzz"), ("exceptions", "/exceptions"), ("vex", "/vex"),
                ("vex-document", try await document(browser, base)), ("deadlines", "/sla"),
                ("patches", "/patches"), ("patch", try await patch(browser, base)),
                ("patches-none", "/patches?search=zzz"),
                ("what-if", "/what-if?fixes=openssl"), ("weights", "/weights"), ("vulnerabilities", "/vulnerabilities"),
                ("vulnerability", "/vulnerabilities/\(SeedFeeds.exploited)"), ("intelligence", "/intelligence"),
                ("edr-none", "/edr"), ("edr-alerts-none", "/edr/alerts"), ("connectors-none", "/connectors"),
                ("connector-new", "/connectors/new"),
                ("connector-form", "/connectors/new?kind=crowdstrike"), ("sources", endpoint + "/sources"),
                ("disagreements", "/disagreements"), ("coverage", "/coverage"), ("collisions", "/collisions"),
                ("search", "/search?q=web"), ("settings", "/settings"), ("users", "/settings/users"),
                ("agents", "/settings/agents"), ("osquery-none", "/settings/osquery"),
                ("incident-settings", "/settings/incidents"), ("notifications", "/settings/notifications"),
                ("audit", "/settings/audit?verify=true"),
            ]
        }

        /// The page of a patch that is missing somewhere.
        private static func patch(_ browser: Browser, _ base: String) async throws -> String {
            try await browser.visit(base + "/patches")
            let link = try await browser.run(
                "return [...document.querySelectorAll('td a[href^=\"/patches/\"]')].pop().getAttribute('href')")
            guard let path = link.text else { throw TestFailure("no patch is listed") }
            return path
        }

        /// The page of the VEX document that is there.
        private static func document(_ browser: Browser, _ base: String) async throws -> String {
            try await browser.visit(base + "/vex")
            let link = try await browser.run(
                "return [...document.querySelectorAll('td a[href^=\"/vex/\"]')].pop().getAttribute('href')")
            guard let path = link.text else { throw TestFailure("no VEX document is listed") }
            return path
        }

        /// How the pages are looked at.
        static let views = [(width: 1280, isDark: false), (1280, true), (390, false), (390, true)]

        @Test("each page has no console message, no sideways scrolling, a title and one heading", arguments: views)
        func looks(width: Int, isDark: Bool) async throws {
            let stage = try Stage.current
            let folder = try Stage.artifacts()
            try await stage.withVisitor { browser in
                for (name, path) in try await Self.addresses(browser, stage.server.base) {
                    try await browser.appear(width: width, isDark: isDark)
                    try await browser.visit(stage.server.base + path)
                    #expect(try await browser.complaints() == [], "\(path)")
                    let overflow =
                        try await browser.run("return document.documentElement.scrollWidth - innerWidth").number ?? 1
                    #expect(overflow <= 0, "\(path) is \(overflow) wider than \(width)")
                    #expect(try await browser.run("return document.querySelectorAll('h1').length") == 1, "\(path)")
                    #expect(
                        try await browser.run("return document.title").text?.hasSuffix("Garrison") == true, "\(path)")
                    try await browser.screenshot(to: "\(folder)/\(name)-\(width)-\(isDark ? "dark" : "light").png")
                }
            }
        }

        @Test(
            "no page keeps anybody out: no serious violation of WCAG 2.2 AA, contrast included",
            .enabled(if: Accessibility.isThere, "scripts/fetch-axe could not fetch axe-core"), arguments: [false, true])
        func accessibility(isDark: Bool) async throws {
            let stage = try Stage.current
            let axe = try Accessibility()
            try await stage.withVisitor { browser in
                for (_, path) in try await Self.addresses(browser, stage.server.base) {
                    try await browser.appear(width: 1280, isDark: isDark)
                    try await browser.visit(stage.server.base + path)
                    #expect(try await axe.violations(browser) == [], "\(path)")
                }
            }
            try await stage.withBrowser { browser in
                try await browser.appear(width: 1280, isDark: isDark)
                try await browser.visit(stage.server.base + "/sign-in")
                #expect(try await axe.violations(browser) == [])
            }
        }

        @Test("a new tenant's pages tell how to begin")
        func newTenant() async throws {
            let stage = try Stage.current
            let folder = try Stage.artifacts()
            try await stage.withVisitor(GarrisonServer.newcomer) { browser in
                for (name, path) in [("empty-overview", "/"), ("empty-endpoints", "/endpoints")] {
                    try await browser.appear(width: 1280, isDark: false)
                    try await browser.visit(stage.server.base + path)
                    #expect(try await browser.text.contains("garrison collect | garrison import"))
                    #expect(try await browser.complaints() == [])
                    try await browser.screenshot(to: "\(folder)/\(name).png")
                }
            }
        }

        @Test("a page that is not there, and another tenant's endpoint, are said to be missing in the same words")
        func missing() async throws {
            let stage = try Stage.current
            let path = try await stage.withVisitor { browser in
                try await Self.addresses(browser, stage.server.base).first { $0.name == "endpoint" }?.path ?? ""
            }
            try await stage.withVisitor(GarrisonServer.newcomer) { browser in
                for address in [path, "/endpoints/01900000-0000-7000-8000-00000000ffff", "/no-such-page"] {
                    try await browser.visit(stage.server.base + address)
                    #expect(try await browser.text.contains("Nothing here"), "\(address)")
                }
                try await browser.screenshot(to: try Stage.artifacts() + "/missing.png")
            }
        }

        @Test("what a hostile machine calls itself is shown and never run")
        func hostile() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                for path in ["/", "/endpoints", "/search?q=img"] {
                    try await browser.visit(stage.server.base + path)
                    #expect(try await browser.text.contains(GarrisonServer.hostile), "\(path)")
                    #expect(try await browser.run("return window.attacked === undefined") == true, "\(path)")
                }
            }
        }
    }
}
