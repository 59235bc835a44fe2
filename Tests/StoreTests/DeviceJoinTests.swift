import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Vendors' devices become endpoints", .database)
struct DeviceJoinTests {
    private typealias Stage = SourceStage

    @Test("a new device is a new endpoint with what its vendor says; seen again it is the same")
    func created() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        try await stage.devices(Stage.laptop("1", "pc-1", serial: "PF000001"), to: falcon)
        #expect(try await stage.fleet() == ["pc-1": ["falcon/1"]])
        let row = try await stage.text(
            "SELECT concat_ws(' ', os_type, os_version, host(ip_address)) FROM endpoints WHERE tenant_id = $1")
        #expect(row == "windows 10.0.22631 10.0.0.7")
        let id = try await stage.text("SELECT id::text FROM endpoints WHERE tenant_id = $1")
        try await stage.devices(Stage.laptop("1", "pc-1b", serial: "PF000001", seen: 1), to: falcon)
        #expect(try await stage.fleet() == ["pc-1b": ["falcon/1"]])
        #expect(try await stage.text("SELECT id::text FROM endpoints WHERE tenant_id = $1") == id)
        #expect(try await stage.count("SELECT count(*) FROM jobs WHERE tenant_id = $1 AND kind = 'scan'") == 1)
    }

    @Test("a machine that two vendors and its own inventory know is one endpoint, in whatever order they come")
    func joined() async throws {
        for order in 0..<3 {
            let stage = Stage()
            let falcon = try await stage.account("falcon \(order)")
            let sentinel = try await stage.account("sentinel \(order)", kind: "sentinelone")
            let serial = "PF10000\(order)"
            let mac = "3c:52:82:00:00:0\(order)"
            let steps: [() async throws -> Void] = [
                { try await stage.devices(Stage.laptop("a\(order)", "pc", serial: serial, mac: mac), to: falcon) },
                { try await stage.devices(Stage.laptop("b\(order)", "PC", serial: serial), to: sentinel) },
                {
                    let inventory = Stage.inventory(
                        "pc", machine: "0123456789abcdef0123456789abcde\(order)", mac: mac)
                    _ = try await stage.store.inventories.ingest([inventory], tenant: stage.tenant.id)
                },
            ]
            for step in 0..<3 { try await steps[(step + order) % 3]() }
            let devices = try await stage.fleet().values.first { $0.contains("falcon \(order)/a\(order)") }
            #expect(devices?.count == 3, "order \(order): \(String(describing: devices))")
        }
    }

    @Test("a report that comes again as it was changes nothing and joins nothing")
    func unchanged() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let report = Stage.laptop("1", "pc-1", serial: "PF000001")
        try await stage.devices(report, to: falcon)
        let before = try await stage.text("SELECT updated_at::text || xmin::text FROM endpoints WHERE tenant_id = $1")
        try await stage.devices(report, to: falcon)
        #expect(
            try await stage.text("SELECT updated_at::text || xmin::text FROM endpoints WHERE tenant_id = $1") == before)
        #expect(try await stage.count("SELECT count(*) FROM connector_records WHERE tenant_id = $1 AND run = 2") == 1)
    }

    @Test("re-imaged: a device enrolled again after its predecessor fell silent is the same endpoint")
    func reimaged() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let old = Stage.laptop("old", "pc-1", serial: "PF000001", seen: -100)
        try await stage.devices(old, to: falcon)
        try await stage.devices(
            old, Stage.laptop("new", "desktop-x", serial: "PF000001", seen: 0, first: -50), to: falcon)
        #expect(try await stage.fleet() == ["desktop-x": ["falcon/old", "falcon/new"]])
        try await stage.devices(
            Stage.laptop("new", "desktop-x", serial: "PF000001", seen: 1, first: -50), to: falcon)
        #expect(try await stage.fleet() == ["desktop-x": ["falcon/new"]])
        #expect(
            try await stage.count("SELECT count(*) FROM identity_events WHERE tenant_id = $1 AND kind = 'ended'") == 1)
    }

    @Test("cloned: two devices of one source that are alive with one serial number stay two endpoints")
    func cloned() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        try await stage.devices(
            Stage.laptop("1", "vm-1", serial: "VMWARE-1234"), Stage.laptop("2", "vm-2", serial: "VMWARE-1234"),
            to: falcon)
        #expect(try await stage.fleet() == ["vm-1": ["falcon/1"], "vm-2": ["falcon/2"]])
        let evidence = try await stage.text(
            "SELECT evidence::text FROM endpoint_sources WHERE tenant_id = $1 AND device_id = '2'")
        #expect(evidence?.contains("one is a copy") == true)
    }

    @Test("two machines with one host name are two endpoints, stored under two names")
    func sameName() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let sophos = try await stage.account("sophos", kind: "sophos")
        try await stage.devices(Stage.laptop("1", "web", serial: "PF000001"), to: falcon)
        try await stage.devices(Stage.laptop("2", "web", serial: "PF000002"), to: sophos)
        let fleet = try await stage.fleet()
        #expect(Set(fleet.values) == [["falcon/1"], ["sophos/2"]])
        #expect(fleet["web"] == ["falcon/1"])
    }

    @Test("what disappears leaves its endpoint without coverage; what comes back is the same endpoint")
    func disappeared() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let (one, two) = (Stage.laptop("1", "pc-1", serial: "PF000001"), Stage.laptop("2", "pc-2", serial: "PF000002"))
        try await stage.devices(one, two, to: falcon)
        try await stage.devices(one, to: falcon)
        #expect(try await stage.fleet() == ["pc-1": ["falcon/1"], "pc-2": []])
        try await stage.devices(one, two, to: falcon)
        #expect(try await stage.fleet() == ["pc-1": ["falcon/1"], "pc-2": ["falcon/2"]])
        let kinds = try await stage.store.app.query(
            "SELECT kind FROM identity_events WHERE tenant_id = $1 ORDER BY at, id", [.id(stage.tenant.id)],
            tenant: stage.tenant.id)
        #expect(try kinds.map { try $0.decode(0) as String } == ["ended", "returned"])
    }

    @Test("taken over: other hardware under a known id changes nothing, and is an alarm")
    func takeover() async throws {
        let stage = Stage()
        try await stage.store.webhooks.put(
            url: "https://hooks.example.test", host: "hooks.example.test", secret: [1], isEnabled: true,
            by: stage.tenant.administrator)
        let falcon = try await stage.account("falcon")
        try await stage.devices(Stage.laptop("1", "pc-1", serial: "PF000001"), to: falcon)
        try await stage.devices(Stage.laptop("1", "evil", serial: "XY123456", seen: 1), to: falcon)
        try await stage.devices(Stage.laptop("1", "evil", serial: "XY123456", seen: 2), to: falcon)
        #expect(try await stage.fleet() == ["pc-1": ["falcon/1"]])
        #expect(
            try await stage.text(
                "SELECT string_agg(kind || ' ' || state || ' ' || device_id, ',') FROM identity_collisions WHERE tenant_id = $1"
            ) == "takeover open 1")
        #expect(
            try await stage.text("SELECT sighting ->> 'serial' FROM endpoint_sources WHERE tenant_id = $1")
                == "PF000001")
        #expect(
            try await stage.count(
                "SELECT count(*) FROM audit_events WHERE tenant_id = $1 AND action = 'identity.quarantine'") == 1)
        #expect(
            try await stage.count("SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = 'identity.collision'")
                == 1)
        // The vendor's word is kept as it is.
        #expect(
            try await stage.text("SELECT report ->> 'hostname' FROM connector_records WHERE tenant_id = $1") == "evil")
    }

    @Test("ambiguous: what shares facts with two machines that cannot be one is nobody's until it can be told")
    func ambiguous() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let other = try await stage.account("sentinel", kind: "sentinelone")
        try await stage.devices(
            Stage.laptop("1", "pc-1", serial: "PF000001", mac: "3c:52:82:00:00:01"),
            Stage.laptop("2", "pc-2", serial: "PF000002", mac: "3c:52:82:00:00:02"), to: falcon)
        let both = Stage.laptop("x", "pc-x") { $0.macAddresses = ["3c:52:82:00:00:01", "3c:52:82:00:00:02"] }
        try await stage.devices(both, to: other)
        #expect(try await stage.count("SELECT count(*) FROM endpoints WHERE tenant_id = $1") == 2)
        #expect(
            try await stage.text(
                "SELECT kind || ' ' || state FROM identity_collisions WHERE tenant_id = $1") == "ambiguous open")
        #expect(
            try await stage.count(
                "SELECT count(*) FROM endpoint_sources WHERE tenant_id = $1 AND endpoint_id IS NULL") == 1)
        var clear = both
        clear.macAddresses = ["3c:52:82:00:00:02"]
        try await stage.devices(clear, to: other)
        #expect(try await Set(stage.fleet().values) == [["falcon/1"], ["falcon/2", "sentinel/x"]])
        #expect(try await stage.text("SELECT state FROM identity_collisions WHERE tenant_id = $1") == "resolved")
    }

    @Test("two tenants with the same machine never meet")
    func tenants() async throws {
        let (one, two) = (Stage(), Stage(TestDatabase.current.b))
        for stage in [one, two] {
            let falcon = try await stage.account("falcon")
            try await stage.devices(Stage.laptop("1", "pc-1", serial: "PF000001"), to: falcon)
        }
        for stage in [one, two] { #expect(try await stage.fleet() == ["pc-1": ["falcon/1"]]) }
        let ids = try await [one, two].asyncMap {
            try await $0.text("SELECT id::text FROM endpoints WHERE tenant_id = $1")
        }
        #expect(Set(ids).count == 2)
    }

    @Test("text that PostgreSQL does not take, and facts too long for an index, hold up no page")
    func hostile() async throws {
        let stage = Stage()
        let falcon = try await stage.account("falcon")
        let long = String(repeating: "x", count: 5000)
        try await stage.devices(
            Stage.laptop("a\0b", "na\0me", serial: "S\0ERIAL1"),
            Stage.laptop("2", long, serial: long) {
                $0.domain = long
                $0.os.version = long
                $0.addresses = ["not an address"]
                $0.macAddresses = ["nonsense"]
            }, Stage.laptop("3", ""), to: falcon)
        #expect(try await stage.count("SELECT count(*) FROM endpoints WHERE tenant_id = $1") == 3)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
