import TestSupport
import Testing

extension BrowserTests {
    /// What people decide about findings.
    @Suite("Decisions") struct Decisions {
        @Test(
            "a finding is set aside by keyboard from its page, what is wrong is said beside the field, and it is ended there"
        )
        func exception() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/findings?cve=\(SeedFeeds.low)")
                try await browser.click("td a[href*='/findings/']")
                try await waitUntil("the finding comes") { try await browser.path.contains("/findings/") }
                let finding = try await browser.path
                try await browser.click("details summary")
                // The browser itself would not send this: what the server says is looked at.
                try await browser.run("document.querySelector('input[name=days]').removeAttribute('max')")
                try await browser.fill("form[action$='/exception'] input[name=reason]", "decoy machine")
                try await browser.fill("form[action$='/exception'] input[name=owner]", "Operations")
                try await browser.fill("form[action$='/exception'] input[name=days]", "9999")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("the problem is told") { try await browser.text.contains("365 days at most in") }
                #expect(try await browser.run("return document.activeElement.name") == "days")
                #expect(
                    try await browser.run("return document.querySelector('input[name=owner]').value") == "Operations")
                if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
                try await browser.screenshot(to: try Stage.artifacts() + "/finding-refused.png")
                try await browser.fill("form[action$='/exception'] input[name=days]", "3")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("it is set aside") { try await browser.text.contains("is under an exception") }
                #expect(try await browser.text.contains("Operations"))
                try await pictures(browser, stage, "exceptions-filled", "/exceptions")
                #expect(try await browser.text.contains("decoy machine"))
                #expect(try await browser.text.contains("Ending within"))
                try await pictures(browser, stage, "finding-set-aside", finding)
                try await browser.click(".confirm summary")
                try await browser.click(".confirm button")
                try await waitUntil("it counts again") { try await browser.text.contains("Set it aside for a time") }
                #expect(try await browser.path == finding)
                #expect(try await browser.complaints() == [])
            }
        }

        @Test(
            "a VEX document is imported by the form, with and without scripts, and removed", arguments: [true, false])
        func vex(scripts: Bool) async throws {
            let stage = try Stage.current
            let document = """
                {"@id": "urn:form:\(scripts)", "author": "Form & Co", "timestamp": "2024-05-02T00:00:00Z", "statements": [
                  {"vulnerability": {"name": "\(SeedFeeds.low)"}, "products": ["pkg:deb/debian/nothing"], "status": "fixed"}]}
                """
            try await stage.withVisitor(scripts: scripts) { browser in
                try await browser.visit(stage.server.base + "/vex")
                try await browser.fill("textarea[name=document]", "no document")
                try await browser.click("form[action='/vex'] button")
                try await waitUntil("it is refused") { try await browser.text.contains("is not supported") }
                try await browser.fill("textarea[name=document]", document)
                try await browser.click("form[action='/vex'] button")
                try await waitUntil("it is shown") { try await browser.path.hasPrefix("/vex/") }
                #expect(try await browser.text.contains("Form & Co"))
                let form = "form[action='\(try await browser.path)/remove']"
                try await browser.visit(stage.server.base + "/vex")
                try await browser.click("details:has(\(form)) summary")
                try await browser.click("\(form) button")
                try await waitUntil("it is removed") { try await !browser.text.contains("urn:form:\(scripts)") }
            }
        }

        @Test("an endpoint is described, and its tags stand on its page")
        func describe() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/endpoints?search=web-2")
                try await browser.click("td a[href^='/endpoints/']")
                try await browser.click("details summary")
                try await browser.fill("form[action$='/context'] input[name=tags]", "dmz, shop")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("the scan ends on the page") { try await browser.text.contains("Scan finished") }
                #expect(try await browser.text.contains("dmz, shop"))
                #expect(try await browser.complaints() == [])
            }
        }

        /// Looks at a page in light and dark, wide and narrow.
        private func pictures(
            _ browser: Browser, _ stage: Stage, _ name: String, _ path: String
        ) async throws {
            let folder = try Stage.artifacts()
            for (width, isDark) in Pages.views {
                try await browser.appear(width: width, isDark: isDark)
                try await browser.visit(stage.server.base + path)
                try await browser.screenshot(to: "\(folder)/\(name)-\(width)-\(isDark ? "dark" : "light").png")
            }
            try await browser.appear(width: 1280, isDark: false)
        }

        @Test("weights and deadlines are previewed before they are put into force")
        func previews() async throws {
            let stage = try Stage.current
            let folder = try Stage.artifacts()
            try await stage.withVisitor { browser in
                for (path, field, value) in [("weights", "prediction", "9"), ("sla", "medium", "1")] {
                    for isDark in [false, true] {
                        try await browser.appear(width: 1280, isDark: isDark)
                        try await browser.visit("\(stage.server.base)/\(path)")
                        try await browser.fill("main input[name=\(field)]", value)
                        try await browser.click("button[value=preview]")
                        try await waitUntil("the preview comes") {
                            try await browser.text.contains("What it would change")
                        }
                        #expect(try await browser.complaints() == [])
                        if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
                        try await browser.screenshot(to: "\(folder)/\(path)-preview-\(isDark ? "dark" : "light").png")
                    }
                }
            }
        }
    }
}
