import Domain
import Foundation
import Store
import TestSupport
import Testing

/// The whole of it: machines that are vulnerable, a deployment that goes wrong and is taken back, and one that goes well.
@Suite(
    "A fleet is patched", .database, .blocking,
    .enabled(if: PatchRoot.canRun, "needs root, python3, mounts and network namespaces"))
struct DeploymentProofTests {
    private static let vulnerability = "CVE-2026-90001"

    /// An advisory as OSV has it.
    private static func record(_ id: String, fixed: String) -> String {
        #"""
        [{"id": "\#(id)", "upstream": ["\#(vulnerability)"], "summary": "A hole in demo", "details": "A hole.",
          "published": "2026-02-01T00:00:00Z", "modified": "2026-03-01T00:00:00Z",
          "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
          "affected": [{"package": {"ecosystem": "Debian:12", "name": "demo"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "\#(fixed)"}]}]}]}]
        """#
    }

    private static let packages: [AptRepository.Package] = [
        .init(name: "libdemo", version: "1.0"), .init(name: "demo", version: "1.0", depends: "libdemo (= 1.0)"),
        .init(name: "libdemo", version: "2.0"),
        .init(
            name: "demo", version: "2.0", depends: "libdemo (= 2.0)",
            postinst: "if [ -e /etc/unusual ]; then sleep 15; echo 'this machine is unusual' >&2; exit 1; fi"),
    ]

    private static let better: [AptRepository.Package] = [
        .init(name: "libdemo", version: "2.1"), .init(name: "demo", version: "2.1", depends: "libdemo (= 2.1)"),
    ]

    @Test("ring 1 succeeds, ring 2 fails on a machine and halts, is rolled back; a good build ends the vulnerability")
    func fleet() async throws {
        let database = TestDatabase.current
        try await PatchFleet.with(4, database, Self.packages, installed: "demo=1.0 libdemo=1.0") { fleet in
            let all = Set(fleet.machines.map(\.name))
            try await publish("DEBIAN-\(Self.vulnerability)", fixed: "2.0", fleet, database)
            try await publish("DSA-9001-1", fixed: "2.0", fleet, database)
            try await waitUntil("the vulnerability is found") { try await fleet.open(Self.vulnerability) == all }
            try await waitUntil("the patch is known to be needed") { try await needs("DSA-9001-1", fleet) == 4 }

            // The first build goes wrong on a machine of the second ring.
            let bad = try await deploy("DSA-9001-1", fleet)
            let unlucky = try await machine(ofRing: 1, bad, fleet)
            try unlucky.root.write("", to: "etc/unusual")
            _ = try await fleet.wait(bad, "halted")
            // What had begun by then goes on to its end; what had not begun does not begin.
            var halted: [String: Any] = [:]
            func count(_ state: String) -> Int { (halted["counts"] as? [String: Int])?[state] ?? 0 }
            try await waitUntil("what had begun has ended: \(halted)") {
                halted = try await fleet.object("GET", "/api/patches/\(bad)/status")
                return count("deployed") + count("failed") + count("waiting") == 4
            }
            let deployed = count("deployed")
            #expect(deployed >= 1 && count("failed") == 1, "\(halted)")
            let failures = halted["failed_endpoints"] as? [[String: Any]] ?? []
            #expect(failures.map { $0["hostname"] as? String } == [unlucky.name])
            #expect((failures.first?["error_message"] as? String)?.contains("half-configured") == true, "\(failures)")
            let gate = halted["gate"] as? [String: Any]
            #expect(gate?["decision"] as? String == "stop", "\(gate ?? [:])")
            let targets = try await fleet.list("/api/patches/deployments/\(bad)/targets?state=failed")
            #expect((targets.first?["log"] as? String)?.contains("this machine is unusual") == true)
            let installed = try await fleet.dpkg("demo")
            #expect(installed[unlucky.name] == "iF 2.0", "\(installed)")
            let patched = Set(installed.filter { $0.value == "ii 2.0" }.keys)
            #expect(patched.count == deployed)
            try await waitUntil("the vulnerability is gone where it was patched") {
                try await fleet.open(Self.vulnerability).isDisjoint(with: patched)
            }

            // Everything goes back, and the vulnerability is there again.
            _ = try await fleet.object("POST", "/api/patches/deployments/\(bad)/rollback", ["reason": "a bad build"])
            _ = try await fleet.wait(bad, "rolled_back")
            #expect(try await Set(fleet.dpkg("demo").values) == ["ii 1.0"])
            #expect(try await Set(fleet.dpkg("libdemo").values) == ["ii 1.0"])
            try await waitUntil("the vulnerability is open again") { try await fleet.open(Self.vulnerability) == all }
            let steps = try await fleet.list("/api/patches/deployments/\(bad)/transitions")
            let words = steps.compactMap { $0["to"] as? String }
            for word in ["running", "halted", "rolling_back", "rolled_back"] {
                #expect(words.contains(word), "\(words)")
            }

            // The next build is a good one.
            for package in Self.better { try await fleet.repository.build(package) }
            try await fleet.repository.index()
            try await publish("DSA-9001-2", fixed: "2.1", fleet, database)
            try await waitUntil("the next patch is known to be needed") { try await needs("DSA-9001-2", fleet) == 4 }
            let good = try await deploy("DSA-9001-2", fleet)
            let completed = try await fleet.wait(good, "completed")
            #expect(completed["success_rate"] as? Double == 100)
            #expect((completed["failed_endpoints"] as? [Any])?.isEmpty == true)
            #expect(try await Set(fleet.dpkg("demo").values) == ["ii 2.1"])
            try await waitUntil("the vulnerability is gone") { try await fleet.open(Self.vulnerability).isEmpty }
            try await waitUntil("no machine needs the patch") { try await needs("DSA-9001-2", fleet) == nil }
        }
    }

    @Test("what no repository has is installed from files that were given for the patch, and taken back")
    func payloads() async throws {
        let database = TestDatabase.current
        let old = Array(Self.packages.prefix(2))
        try await PatchFleet.with(1, database, old, installed: "demo=1.0 libdemo=1.0") { fleet in
            for package in Self.better { try await fleet.repository.build(package) }
            try await publish("DSA-9002-1", fixed: "2.1", fleet, database)
            try await waitUntil("the patch is known to be needed") { try await needs("DSA-9002-1", fleet) == 1 }
            let patch = try #require(
                try await fleet.list("/api/patches/available").first { $0["kb_number"] as? String == "DSA-9002-1" })
            let files = "/api/patches/\(patch["id"] ?? "")/files"
            for (name, query) in [("demo", ""), ("libdemo", "&companion=true")] {
                let path = fleet.repository.file(name, "2.1")
                let file = try await fleet.upload(path, to: "\(files)?name=\(name)_2.1_amd64.deb\(query)")
                #expect(file["package"] as? String == name, "\(file)")
            }
            let id = try await deploy("DSA-9002-1", fleet)
            let completed = try await fleet.wait(id, "completed")
            #expect(completed["success_rate"] as? Double == 100, "\(completed)")
            #expect(try await Set(fleet.dpkg("demo").values) == ["ii 2.1"])
            #expect(try await Set(fleet.dpkg("libdemo").values) == ["ii 2.1"])
            try await waitUntil("the vulnerability is gone") { try await fleet.open(Self.vulnerability).isEmpty }

            _ = try await fleet.object("POST", "/api/patches/deployments/\(id)/rollback", ["reason": "a test"])
            _ = try await fleet.wait(id, "rolled_back")
            #expect(try await Set(fleet.dpkg("demo").values) == ["ii 1.0"])
        }
    }

    /// On how many machines the catalogue says that a patch ends something.
    private func needs(_ patch: String, _ fleet: PatchFleet) async throws -> Int? {
        try await fleet.list("/api/patches/available").first { $0["kb_number"] as? String == patch }?["endpoints"]
            as? Int
    }

    private func publish(_ id: String, fixed: String, _ fleet: PatchFleet, _ database: TestDatabase) async throws {
        let file = try fleet.site.folder.write(Self.record(id, fixed: fixed), to: "osv.json")
        let imported = try await Program(
            garrison: ["intel", "import", "osv", file], environment: ["DATABASE_URL": database.url]
        ).end()
        guard imported.status == 0 else { throw TestFailure("not imported: \(imported.complaints)") }
        let scanned = try await Program(
            garrison: ["scan", "--tenant", "alpha"], environment: ["DATABASE_URL": database.url]
        ).end()
        guard scanned.status <= 1 else { throw TestFailure("not scanned: \(scanned.complaints)") }
    }

    private func deploy(_ patch: String, _ fleet: PatchFleet) async throws -> String {
        let endpoints = try await fleet.list("/api/endpoints").filter {
            ($0["hostname"] as? String)?.hasPrefix("host-") == true
        }.compactMap { $0["id"] as? String }
        let answer = try await fleet.object(
            "POST", "/api/patches/deploy",
            [
                "patch_id": patch, "endpoint_ids": endpoints, "strategy": "staged",
                "rings": [
                    ["name": "Canary", "percent": 25], ["name": "Early", "percent": 50], ["name": "All others"],
                ],
                "gate": ["success_percent": 90, "coverage_percent": 100, "soak_minutes": 0],
                "reboot": ["mode": "never"],
            ])
        guard let id = answer["deployment_id"] as? String else { throw TestFailure("not deployed: \(answer)") }
        return id
    }

    private func machine(ofRing ring: Int, _ deployment: String, _ fleet: PatchFleet) async throws -> PatchFleet.Machine
    {
        let targets = try await fleet.list("/api/patches/deployments/\(deployment)/targets?ring=\(ring)")
        guard targets.count == 2, let name = targets[0]["hostname"] as? String else {
            throw TestFailure("ring \(ring) has \(targets)")
        }
        return try fleet.machine(name)
    }
}
