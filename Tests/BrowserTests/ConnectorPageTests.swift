import Simulators
import TestSupport
import Testing

extension BrowserTests {
    /// Connecting a vendor, as somebody new to it does.
    @Suite("Connecting a vendor") struct ConnectorPages {
        @Test("an account is added: a wrong secret is told, a missing permission shown, what was read listed")
        func add() async throws {
            var account = FalconAccount()
            account.scopes.remove(.alertsRead)
            var fleet = FalconFleetSettings()
            fleet.devices = 20
            var faults = FaultPlan.none
            faults.malformed = 0.1
            let vendor = try await SimulatorServer.start(FalconSimulator(fleet, account, faults))
            let stage = try Stage.current
            let folder = try Stage.artifacts()
            try await stage.withVisitor(GarrisonServer.customer) { browser in
                try await browser.visit(stage.server.base + "/connectors")
                try await browser.click("main a[href='/connectors/new']")
                try await browser.click("main a[href*='kind=crowdstrike']")
                try await waitUntil("the form comes") { try await browser.text.contains("More settings") }
                try await browser.fill("input[name=name]", "Headquarters")
                try await browser.fill("input[name=client_id]", account.clientID)
                try await browser.fill("input[name=client_secret]", "wrong")
                try await browser.click("details summary")
                try await browser.fill("input[name=base_url]", vendor.url)
                try await browser.click("form[action='/connectors'] button")
                try await waitUntil("it is refused") {
                    try await browser.text.contains("does not accept the credentials")
                }
                #expect(try await browser.run("return document.querySelector('input[name=client_secret]').value") == "")
                try await browser.screenshot(to: "\(folder)/connector-refused.png")
                try await browser.fill("input[name=client_secret]", account.clientSecret)
                try await browser.click("form[action='/connectors'] button")
                try await waitUntil("it is stored") { try await browser.text.contains("1 permission is missing") }
                #expect(try await browser.text.contains("Alerts: Read"))
                try await browser.screenshot(to: "\(folder)/connector-added.png")
                let address = try await browser.run(
                    "return document.querySelector('form[action$=\"/test\"]').getAttribute('action')")
                let path = String((address.text ?? "").dropLast("/test".count))
                _ = try? await stage.server.run("connector", "sync", "--tenant", "vendors", "Headquarters")
                for (width, isDark) in Pages.views {
                    try await browser.appear(width: width, isDark: isDark)
                    for (name, path) in [("connector", path), ("connectors", "/connectors")] {
                        let script = "return document.documentElement.scrollWidth - innerWidth"
                        try await browser.visit(stage.server.base + path)
                        #expect(try await browser.complaints() == [], "\(path)")
                        #expect(try await browser.run(script).number ?? 1 <= 0, "\(path), \(width)")
                        let look = "\(width)-\(isDark ? "dark" : "light")"
                        try await browser.screenshot(to: "\(folder)/\(name)-\(look).png")
                    }
                }
                try await browser.appear(width: 1280, isDark: false)
                #expect(try await browser.text.contains("Headquarters"))
                try await browser.visit(stage.server.base + path)
                if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
                try await browser.click("form[action$='/test'] button")
                try await waitUntil("it is tried again") { try await browser.text.contains("1 permission is missing") }
                try await browser.click(".confirm summary")
                try await browser.click(".confirm button")
                try await waitUntil("it is removed") { try await browser.text.contains("The connector is removed") }
            }
            try await vendor.stop()
        }
    }
}
