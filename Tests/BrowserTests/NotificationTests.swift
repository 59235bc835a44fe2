import Notifications
import TestSupport
import Testing

extension BrowserTests {
    /// Where notices go.
    @Suite("Notifications") struct Notices {
        @Test("a webhook is set up by its form; the secret is shown once, and a test arrives signed with it")
        func webhook() async throws {
            let stage = try Stage.current
            let receiver = try WebhookReceiver()
            defer { receiver.stop() }
            try await stage.withVisitor { browser in
                let address = "form[action='/settings/notifications'] input[name=url]"
                try await browser.visit(stage.server.base + "/settings/notifications")
                try await browser.fill(address, "https://169.254.169.254/latest/meta-data")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("it is refused") { try await browser.text.contains("where no message goes") }
                #expect(try await browser.run("return document.activeElement.name") == "url")
                try await browser.fill(address, "http://127.0.0.1:\(receiver.port)/hook")
                try await browser.press(Browser.Key.enter.rawValue)
                try await waitUntil("the secret is shown") { try await browser.text.contains("The new secret") }
                let text = try await browser.run("return document.getElementById('new-secret').textContent").text
                let secret = try #require(WebhookSecret(text ?? ""))
                if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
                try await browser.screenshot(to: try Stage.artifacts() + "/notifications-secret.png")
                try await browser.click("form[action$='/test'] button")
                try await waitUntil("it is on its way") { try await browser.text.contains("on its way") }
                #expect(try await !browser.text.contains(secret.text))
                try await waitUntil("it is sent") {
                    try await browser.visit(stage.server.base + "/settings/notifications")
                    return try await browser.run("return !!document.querySelector('.badge.status-healthy')") == true
                }
                let message = try #require(receiver.messages.first { $0.path == "/hook" })
                let stamp = try #require(message.headers["webhook-timestamp"].flatMap { Int($0) })
                let signature = secret.signature(
                    id: message.headers["webhook-id"] ?? "", timestamp: stamp, body: message.body)
                #expect(message.headers["webhook-signature"] == signature)
                for (width, isDark) in Pages.views {
                    try await browser.appear(width: width, isDark: isDark)
                    try await browser.visit(stage.server.base + "/settings/notifications")
                    let name = "/notifications-filled-\(width)-\(isDark ? "dark" : "light").png"
                    try await browser.screenshot(to: try Stage.artifacts() + name)
                }
                #expect(try await browser.complaints() == [])
            }
        }
    }
}
