import Domain
import Foundation
import Glibc
import TestRandomness
import TestSupport
import Testing

@Suite("Agents that are killed at work", .blocking, .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
struct PatchFaultTests {
    private let slow = PatchOrder.Package(name: "slow", version: "2.0", installed: "1.0")
    private static let installed = ["slow=1.0"]

    @Test("an agent that is killed in the middle finds out what its tool has done, and does not begin anew")
    func killed() async throws {
        try await PatchSite.with(installed: Self.installed) { site in
            let order = try await killedInTheMiddle(site, withTools: false)
            try site.run()
            try site.root.write("", to: "run/go")
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.message.contains("was ended"), "\(outcome)")
            try await check(site, order)
        }
    }

    @Test("after a loss of power what dpkg had begun is carried through")
    func powerLost() async throws {
        try await PatchSite.with(installed: Self.installed) { site in
            let order = try await killedInTheMiddle(site, withTools: true)
            #expect(try await site.root.dpkg("slow")?.hasPrefix("iF") == true)
            try site.root.write("", to: "run/go")
            try site.run()
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.log.contains("dpkg --configure -a"), "\(outcome)")
            try await check(site, order)
        }
    }

    /// It was installed once, and no more.
    private func check(_ site: PatchSite, _ order: PatchOrder) async throws {
        #expect(try await site.root.dpkg("slow") == "ii 2.0")
        let log = site.root.read("var/log/dpkg.log") ?? ""
        #expect(log.split(separator: "\n").count { $0.hasSuffix("upgrade slow:amd64 1.0 2.0") } == 1)
        #expect(site.phases(of: order.job).count { $0 == .began } == 1)
    }

    private func killedInTheMiddle(_ site: PatchSite, withTools: Bool) async throws -> PatchOrder {
        try await site.enrol()
        let agent = try site.run()
        let order = site.server.order([slow])
        site.server.hand(order)
        try await waitUntil("the package's script runs") { access("\(site.root.path)/run/slow", F_OK) == 0 }
        agent.signal(SIGKILL)
        _ = try await agent.end()
        if withTools { try site.root.kill() }
        return order
    }

    /// Told as the test's argument; `PATCH_SEED` repeats a run.
    static let seed =
        ProcessInfo.processInfo.environment["PATCH_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    @Test(
        "killed at any moment, again and again, a job comes to one outcome, and its package is installed once",
        arguments: [PatchFaultTests.seed])
    func killedAnywhere(seed: UInt64) async throws {
        try await PatchSite.with(
            [.init(name: "quick", version: "1.0"), .init(name: "quick", version: "2.0", postinst: "sleep 0.5")],
            installed: ["quick=1.0"]
        ) { site in
            try await site.enrol()
            let order = site.server.order([.init(name: "quick", version: "2.0", installed: "1.0")])
            site.server.hand(order)
            var generator = SeededRandom(seed: seed)
            for _ in 0..<12 where site.server.outcomes(of: order.job).isEmpty {
                let agent = try site.run()
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...1800, using: &generator)))
                agent.signal(SIGKILL)
                _ = try await agent.end()
            }
            try site.run()
            let outcome = try await site.outcome(of: order.job)
            let state = try await site.root.dpkg("quick")
            let log = site.root.read("var/log/dpkg.log") ?? ""
            let times = log.split(separator: "\n").count { $0.hasSuffix("upgrade quick:amd64 1.0 2.0") }
            // Killed between the server's word and the tool, it says that nothing came of it; it never says what is not so.
            switch outcome.phase {
            case .done: #expect(state == "ii 2.0" && times == 1, "\(outcome)")
            case .failed:
                #expect(
                    state == "ii 1.0" && times == 0 && !outcome.hasChanged, "\(outcome)")
            default: Issue.record("\(outcome)")
            }
            #expect(Set(site.server.outcomes(of: order.job).map(\.phase)).count == 1)
        }
    }

    @Test("after a restart that the order wanted, what is there is read back and told")
    func restarts() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            try site.root.write("#!/bin/sh\necho \"$@\" >>/run/shutdown\n", to: "usr/sbin/shutdown")
            chmod("\(site.root.path)/usr/sbin/shutdown", 0o755)
            func boot(_ id: String) throws { try site.root.write("\(id)\n", to: "run/boot_id") }
            try boot("first")
            try await PatchRoot.run([
                "/usr/bin/mount", "--bind", "\(site.root.path)/run/boot_id",
                "\(site.root.path)/proc/sys/kernel/random/boot_id",
            ])
            let agent = try site.run()
            let order = site.server.order([.demo()], reboot: RebootPolicy(.forced, noticeMinutes: 0))
            site.server.hand(order)
            // The shell makes the file before it writes into it.
            try await waitUntil("the restart is asked for", seconds: 600) {
                site.root.read("run/shutdown")?.hasSuffix("\n") == true
            }
            #expect(site.root.read("run/shutdown")?.hasPrefix("-r now") == true)
            #expect(site.phases(of: order.job).last == .rebooting)
            agent.signal(SIGKILL)
            _ = try await agent.end()
            // In place: the mount is of this file.
            let file = fopen("\(site.root.path)/run/boot_id", "w")
            fputs("second\n", file)
            fclose(file)
            try site.run()
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && !outcome.awaitsReboot, "\(outcome)")
            #expect(site.root.read("run/shutdown")?.split(separator: "\n").count == 1)
            // One that may not be restarted says that it waits for it.
            try site.root.write("", to: "run/reboot-required")
            try await site.repository.build(.init(name: "libdemo", version: "3.0"))
            try await site.repository.build(.init(name: "demo", version: "3.0", depends: "libdemo (= 3.0)"))
            try await site.repository.index()
            let waiting = try await site.outcome(site.server.order([.demo("3.0")]))
            #expect(waiting.phase == .done && waiting.awaitsReboot, "\(waiting)")
        }
    }
}
