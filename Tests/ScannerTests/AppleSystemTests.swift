import Domain
import Scanner
import Testing

@Suite("Apple's systems: a fix for each line")
struct AppleSystemTests {
    private static let records = [
        advisory(
            "macos 15.7.9", "macos", [fixed("15.7.9", from: "0")], on: Ecosystem(osv: "macos:15"), source: .apple,
            vulnerabilities: ["CVE-2026-65400"], urgency: "exploited"),
        advisory(
            "macos 26.6.1", "macos", [fixed("26.6.1", from: "0")], on: Ecosystem(osv: "macos:26"), source: .apple,
            vulnerabilities: ["CVE-2026-65400"]),
        advisory(
            "macos 13.4.1", "macos", [fixed(AppleVersion.comparable("13.4.1 (c)"), from: "0")],
            on: Ecosystem(osv: "macos:13"), source: .apple, vulnerabilities: ["CVE-2023-37450"]),
    ]

    private func findings(_ version: String) -> [String] {
        let os = OperatingSystem(type: "macos", id: "macos", name: "macOS", version: version)
        let inventory = Inventory(collectedAt: .distantPast, deviceID: "x", hostname: "x", os: os)
        return HostScanner(index: index(Self.records)).scan(ScanTarget(inventory)).findings.map(\.id)
    }

    @Test(
        "a version is compared with the fix of its own line",
        arguments: [
            ("15.7.8", true), ("15.7.9", false), ("26.6", true), ("26.6.1", false), ("14.8.8", false),
            ("13.4.1", true), ("13.4.1 (a)", true), ("13.4.1 (c)", false), ("13.5", false), ("13.4", true),
        ])
    func lines(_ version: String, _ isAffected: Bool) {
        #expect(findings(version).isEmpty != isAffected)
    }

    @Test("a Rapid Security Response stands between its version and the next")
    func order() {
        #expect(AppleVersion.comparable("13.4.1 (c)") == "13.4.1.0.3")
        #expect(AppleVersion.comparable("16.5 (a)") == "16.5.0.0.1")
        #expect(AppleVersion.comparable("26.1") == "26.1")
    }
}
