import TestSupport
import Testing

extension BrowserTests {
    /// What people decide about findings.
    @Suite("Decisions") struct Decisions {
        @Test("a finding is set aside from its page, is listed among the exceptions, and comes back when that ends")
        func exception() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/findings?cve=\(SeedFeeds.low)")
                try await browser.click("td a[href*='/findings/']")
                try await waitUntil("the finding comes") { try await browser.path.contains("/findings/") }
                try await browser.click("details summary")
                try await browser.fill("form[action$='/exception'] input[name=reason]", "decoy machine")
                try await browser.click("form[action$='/exception'] button")
                try await waitUntil("it is set aside") { try await browser.text.contains("is under an exception") }
                try await browser.visit(stage.server.base + "/exceptions")
                #expect(try await browser.text.contains("decoy machine"))
                let folder = try Stage.artifacts()
                for isDark in [false, true] {
                    try await browser.appear(width: 1280, isDark: isDark)
                    try await browser.visit(stage.server.base + "/exceptions")
                    try await browser.screenshot(to: "\(folder)/exceptions-filled-\(isDark ? "dark" : "light").png")
                }
                try await browser.click("td .confirm summary")
                try await browser.click("td .confirm button")
                try await waitUntil("it ends") { try await browser.text.contains("revoked") }
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
