import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Reports as they are stored", .database)
struct ReportTextTests {
    @Test("a report is read again as it was")
    func roundTrip() async throws {
        let stage = SourceStage()
        let falcon = try await stage.account("falcon")
        var report = SourceStage.laptop("1", "p\u{1F600}c\n\"\\\u{1}", serial: "PF000001") {
            $0.policies = ["prevention_policy": true, "z": false]
            $0.os.prettyName = "Windows 11 Pro"
            $0.tags = ["a", "b"]
            $0.modified = Date(timeIntervalSince1970: 1_709_210_096.789)
            $0.isHealthy = true
        }
        report.hardwareUUID = "4c4c4544-0043-3510-8052-b4c04f4e3132"
        report.directoryID = "0f9619ff-8b86-d011-b42d-00c04fc964ff"
        report.risk = 12.5
        try await stage.devices(report, to: falcon)
        let stored = try await stage.store.connectors.records(.devices, falcon, tenant: stage.tenant.id)[0]
        #expect(try StoredReport.decode(DeviceReport.self, stored.report) == report)
        #expect(stored.report.contains("2024-02-29T12:34:56.789Z"))
    }

    @Test("software of a machine that only a vendor knows is what the endpoint has")
    func software() async throws {
        let stage = SourceStage()
        let falcon = try await stage.account("falcon")
        let sophos = try await stage.account("sophos", kind: "sophos")
        func application(_ id: String, _ device: String, _ name: String, _ version: String) -> SoftwareReport {
            SoftwareReport(
                sourceID: id, deviceID: device,
                package: InstalledPackage(type: "application", name: name, version: version))
        }
        try await stage.devices(SourceStage.laptop("f", "pc", serial: "PF000001", mac: "3c:52:82:00:00:01"), to: falcon)
        try await stage.devices(SourceStage.laptop("s", "pc", serial: "PF000001"), to: sophos)
        let installed = """
            SELECT string_agg(name || ' ' || version, ', ' ORDER BY name, version)
            FROM software_installed WHERE tenant_id = $1
            """
        try await stage.sync(
            .software([application("1", "f", "Chrome", "1"), application("2", "f", "Zoom", "5")]), falcon, .software)
        #expect(try await stage.text(installed) == "Chrome 1, Zoom 5")
        try await stage.sync(.software([application("1", "s", "chrome", "2")]), sophos, .software)
        #expect(try await stage.text(installed) == "Zoom 5, chrome 2")
        // A list that is empty all at once takes nothing away.
        try await stage.sync(.software([]), falcon, .software)
        #expect(try await stage.text(installed)?.contains("chrome 2") == true)
    }

    @Test("a device that was missing once brings its software again, though nothing of it changed")
    func softwareReturns() async throws {
        let stage = SourceStage()
        let falcon = try await stage.account("falcon")
        let sophos = try await stage.account("sophos", kind: "sophos")
        func application(_ id: String, _ device: String, _ name: String, _ version: String) -> SoftwareReport {
            SoftwareReport(
                sourceID: id, deviceID: device,
                package: InstalledPackage(type: "application", name: name, version: version))
        }
        let installed = """
            SELECT string_agg(name || ' ' || version, ', ' ORDER BY name, version)
            FROM software_installed WHERE tenant_id = $1
            """
        let laptop = SourceStage.laptop("f", "pc", serial: "PF000001")
        try await stage.devices(laptop, to: falcon)
        try await stage.devices(SourceStage.laptop("s", "pc", serial: "PF000001"), to: sophos)
        try await stage.sync(.software([application("1", "f", "Zoom", "5")]), falcon, .software)
        try await stage.sync(.software([application("1", "s", "Chrome", "2")]), sophos, .software)
        #expect(try await stage.text(installed) == "Chrome 2, Zoom 5")
        // The vendor forgets the device in one answer.
        try await stage.devices(to: falcon)
        #expect(try await stage.text(installed) == "Chrome 2")
        try await stage.devices(laptop, to: falcon)
        try await stage.sync(.software([application("1", "f", "Zoom", "5")]), falcon, .software)
        #expect(try await stage.text(installed) == "Chrome 2, Zoom 5")
    }

    @Test("a host's own list counts more than what vendors say of it")
    func ownList() async throws {
        let stage = SourceStage()
        let falcon = try await stage.account("falcon")
        func application(_ id: String, _ name: String) -> SoftwareReport {
            SoftwareReport(
                sourceID: id, deviceID: "f", package: InstalledPackage(type: "application", name: name, version: "1"))
        }
        try await stage.devices(SourceStage.laptop("f", "pc", serial: "PF000001", mac: "3c:52:82:00:00:01"), to: falcon)
        try await stage.sync(.software([application("1", "Chrome")]), falcon, .software)
        let installed = """
            SELECT string_agg(endpoint_id || ' ' || name || ' ' || version, ', ' ORDER BY name, version)
            FROM software_installed WHERE tenant_id = $1
            """
        let before = try #require(try await stage.text(installed))
        let endpoint = before.prefix { $0 != " " }
        let inventory = SourceStage.inventory(
            "pc", machine: "0123456789abcdef0123456789abcdef", mac: "3c:52:82:00:00:01")
        _ = try await stage.store.inventories.ingest([inventory], tenant: stage.tenant.id)
        let own = try #require(try await stage.text(installed))
        #expect(own.contains("\(endpoint) bash 1") && !own.contains("Chrome"))
        try await stage.sync(.software([application("9", "Slack")]), falcon, .software)
        #expect(try await stage.text(installed) == own)
    }
}
