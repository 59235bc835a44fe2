import TestSupport
import Testing

extension BrowserTests {
    /// What people do: by keyboard, without scripts, with a scan.
    @Suite("Use") struct Use {
        @Test("a scan that was asked for is followed to its end without another click")
        func rescan() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/endpoints?search=web-0")
                try await browser.click("td a[href^='/endpoints/']")
                try await browser.click("form[action$='/scan'] button")
                try await waitUntil("the scan ends on the page") { try await browser.text.contains("Scan finished") }
                #expect(try await browser.path.contains("?task="))
                // Where event streams do not get through, the page asks for the task itself.
                #expect(try await browser.complaints() == [])
            }
        }

        @Test("the keyboard alone leads past the navigation, through it, and into the search")
        func keyboard() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                let focused = "return document.activeElement.textContent.trim()"
                try await browser.press(Browser.Key.tab.rawValue)
                #expect(try await browser.run(focused) == "Skip to the content")
                try await browser.press(Browser.Key.enter.rawValue)
                #expect(try await browser.run("return document.activeElement.id") == "content")
                try await browser.visit(stage.server.base + "/")
                var stops: [String] = []
                while stops.count < 12, stops.last != "Vulnerabilities" {
                    try await browser.press(Browser.Key.tab.rawValue)
                    stops.append(try await browser.run(focused).text ?? "")
                    let outline = try await browser.run("return getComputedStyle(document.activeElement).outlineStyle")
                    #expect(outline == "solid", "no focus ring on \(stops.last ?? "")")
                }
                #expect(stops.last == "Vulnerabilities", "\(stops)")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("the list comes") { try await browser.path == "/vulnerabilities" }
                try await browser.press("/")
                #expect(try await browser.run("return document.activeElement.name") == "search")
            }
        }

        @Test("without scripts one can sign in, filter a list, choose dark, and scan")
        func withoutScripts() async throws {
            let stage = try Stage.current
            try await stage.withVisitor(scripts: false) { browser in
                try await browser.visit(stage.server.base + "/vulnerabilities")
                try await browser.fill("main input[name=search]", SeedFeeds.high)
                try await browser.click("form.filters button")
                try await waitUntil("the filter applies") {
                    try await browser.path.contains("search=\(SeedFeeds.high)")
                }
                #expect(try await !browser.text.contains(SeedFeeds.low))
                try await browser.click("button[value=dark]")
                try await waitUntil("it is dark") {
                    try await browser.run("return document.documentElement.dataset.theme") == "dark"
                }
                #expect(try await browser.path.contains("search=\(SeedFeeds.high)"))
                try await browser.visit(stage.server.base + "/endpoints?search=web-1")
                try await browser.click("td a[href^='/endpoints/']")
                try await browser.click("form[action$='/scan'] button")
                try await waitUntil("the scan ends on the page") { try await browser.text.contains("Scan finished") }
            }
        }

        @Test("a finding names its record, its comparison and the steps of its risk")
        func explanation() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/vulnerabilities/\(SeedFeeds.exploited)")
                try await browser.click("td a[href*='/findings/']")
                try await waitUntil("the finding comes") { try await browser.path.contains("/findings/") }
                let text = try await browser.text
                for part in [
                    "3.0.11-1~deb12u2", "3.0.13-1~deb12u1", "EPSS 94.00 %", "listed by CISA",
                    "DEBIAN-\(SeedFeeds.exploited)",
                ] {
                    #expect(text.contains(part), "\(part)")
                }
            }
        }
    }
}
