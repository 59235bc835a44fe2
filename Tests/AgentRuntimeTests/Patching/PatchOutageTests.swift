import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(
    "Jobs, clocks and a server that is away", .blocking,
    .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
struct PatchOutageTests {
    private let slow = PatchOrder.Package(name: "slow", version: "2.0", installed: "1.0")

    @Test(
        "a server that goes away in the middle, and comes back to another process of the agent, hears what came of it")
    func serverAway() async throws {
        try await PatchSite.with(installed: ["slow=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.enrol()
            let agent = try site.run()
            let order = site.server.order([slow])
            site.server.hand(order)
            try await waitUntil("the package's script runs") { access("\(site.root.path)/run/slow", F_OK) == 0 }
            site.server.go(away: true)
            try site.root.write("", to: "run/go")
            try await waitUntil("the outcome is known") {
                site.root.read(site.journal(order.job, "record.json"))?.contains(#""outcome""#) == true
            }
            #expect(try await site.root.dpkg("slow") == "ii 2.0")
            agent.signal(SIGKILL)
            _ = try await agent.end()
            try site.run()
            try await Task.sleep(for: .seconds(1))
            site.server.go(away: false)
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.hasChanged, "\(outcome)")
            #expect(site.upgrades("slow", "1.0", "2.0") == 1)

            // Away before the word, nothing is changed; back, it goes on by itself.
            let isAway = Mutex(false)
            site.server.answering { [server = site.server] report, count in
                guard report.phase == .began, count == 1 else { return PatchAnswer(.proceed) }
                isAway.withLock { $0 = true }
                server.go(away: true)
                return PatchAnswer(.wait, seconds: 1)
            }
            let next = site.server.order([.demo()])
            site.server.hand(next)
            try await waitUntil("it asks") { isAway.withLock { $0 } }
            try await Task.sleep(for: .seconds(3))
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            site.server.go(away: false)
            #expect(try await site.outcome(of: next.job).phase == .done)
            #expect(site.upgrades("demo", "1.0", "2.0") == 1)
        }
    }

    @Test("an agent whose clock is days off, or jumps by days in the middle of a job, does it all the same")
    func clocks() async throws {
        try await PatchSite.with(installed: ["slow=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.prepareClocks()
            try await site.enrol()
            let ahead = try site.run(clockDays: 30)
            let order = site.server.order([.demo()])
            let outcome = try await site.outcome(order)
            #expect(outcome.phase == .done, "\(outcome)")
            let file = try #require(site.server.inventories.last?.collectedAt)
            #expect(file > Date(timeIntervalSinceNow: 29 * 86_400), "its clock was not ahead")

            let middle = site.server.order([slow])
            site.server.hand(middle)
            try await waitUntil("the package's script runs") { access("\(site.root.path)/run/slow", F_OK) == 0 }
            ahead.signal(SIGKILL)
            _ = try await ahead.end()
            try site.run(clockDays: -400)
            try site.root.write("", to: "run/go")
            #expect(try await site.outcome(of: middle.job).phase == .done)
            #expect(site.upgrades("slow", "1.0", "2.0") == 1)
            let back = site.server.order([.demo("1.0")], deployment: order.job.deployment, kind: .rollback)
            #expect(try await site.outcome(back).phase == .rolledBack)
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
        }
    }

    @Test("while the machine's users are told of a restart, other jobs are done")
    func notice() async throws {
        try await PatchSite.with(installed: ["slow=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.enrol()
            try site.root.write("#!/bin/sh\necho \"$@\" >>/run/shutdown\n", to: "usr/sbin/shutdown")
            chmod("\(site.root.path)/usr/sbin/shutdown", 0o755)
            try site.root.write("", to: "run/go")
            let agent = try site.run()
            let order = site.server.order([.demo()], reboot: RebootPolicy(.forced, noticeMinutes: 60))
            site.server.hand(order)
            try await waitUntil("the restart is asked for") {
                site.root.read("run/shutdown")?.hasPrefix("-r +60") == true
            }
            #expect(try await site.outcome(site.server.order([slow])).phase == .done)
            #expect(site.server.outcomes(of: order.job).isEmpty)
            // Another process of the agent, before the machine goes down, does not ask for it again.
            agent.signal(SIGTERM)
            _ = try await agent.end()
            try site.run()
            let bad = try await site.outcome(site.server.order([.demo("9.9")]))
            #expect(bad.phase == .failed && !bad.hasChanged, "\(bad)")
            #expect(site.root.read("run/shutdown")?.split(separator: "\n").count == 1)
            #expect(site.server.heartbeats.last?.patching?.underWay.contains(order.job.description) == true)
        }
    }
}
