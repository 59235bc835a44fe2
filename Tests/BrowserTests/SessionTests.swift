import TestSupport
import Testing

/// A browser, a server, and what a person does with them.
@Suite("In a browser", .serialized, .stage)
struct BrowserTests {
    @Suite("Sessions") struct Sessions {
        @Test("a wrong password is refused in words, and the right one leads to the page that was asked for")
        func signIn() async throws {
            let stage = try Stage.current
            try await stage.withBrowser { browser in
                try await browser.visit(stage.server.base + "/endpoints?search=web")
                #expect(try await browser.path.hasPrefix("/sign-in?next="))
                try await browser.fill("input[name=email]", GarrisonServer.user)
                try await browser.fill("input[name=password]", "wrong")
                try await browser.click("form button")
                try await waitUntil("the refusal comes") { try await browser.text.contains("do not match") }
                #expect(
                    try await browser.run("return document.querySelector('input[name=email]').value").text
                        == GarrisonServer.user)
                try await browser.fill("input[name=password]", GarrisonServer.password)
                try await browser.click("form button")
                try await waitUntil("the list comes") { try await browser.path == "/endpoints?search=web" }
            }
        }

        @Test("after signing out, going back shows nothing any more")
        func signOut() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.click("form[action='/sign-out'] button")
                try await waitUntil("the sign-in page comes") { try await browser.path.hasPrefix("/sign-in") }
                try await browser.visit(stage.server.base + "/endpoints")
                #expect(try await browser.path.hasPrefix("/sign-in"))
            }
        }

        @Test("a form without the session's token is refused with a page, and does nothing")
        func crossSite() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/settings")
                try await browser.run(
                    "for (const f of document.querySelectorAll('[name=csrf_token]')) f.value = 'forged'")
                try await browser.fill("input[name=name]", "stolen")
                try await browser.click("form[action='/settings/tokens'] button")
                try await waitUntil("the refusal comes") { try await browser.text.contains("Not allowed") }
                try await browser.visit(stage.server.base + "/settings")
                #expect(try await !browser.text.contains("stolen"))
            }
        }

        @Test("a token is shown once, and can be revoked")
        func tokens() async throws {
            let stage = try Stage.current
            try await stage.withVisitor { browser in
                try await browser.visit(stage.server.base + "/settings")
                try await browser.fill("input[name=name]", "nightly")
                try await browser.click("form[action='/settings/tokens'] button")
                try await waitUntil("the secret is shown") { try await browser.text.contains("gar_") }
                try await browser.visit(stage.server.base + "/settings")
                #expect(try await browser.text.contains("nightly"))
                #expect(try await !browser.text.contains("gar_"))
                try await browser.click("details.confirm summary")
                try await browser.click("details.confirm[open] button")
                try await waitUntil("it is revoked") { try await browser.text.contains("The token is revoked") }
            }
        }
    }
}
