import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("The agent installs patches", .blocking, .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
struct PatchRunTests {
    @Test(
        "nothing is changed before the server's word; then exactly what was ordered is there, and later what was before"
    )
    func installsAndGoesBack() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            let isHeld = Mutex(true)
            site.server.answering { report, _ in
                report.phase == .began && isHeld.withLock { $0 }
                    ? PatchAnswer(.wait, seconds: 1) : PatchAnswer(.proceed)
            }
            let order = site.server.order([.demo()])
            let agent = try site.run()
            site.server.hand(order)
            try await waitUntil("it asks") { site.phases(of: order.job).contains(.began) }
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            isHeld.withLock { $0 = false }
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.hasChanged && !outcome.awaitsReboot, "\(outcome)")
            #expect(outcome.before.map(\.version) == ["1.0"] && outcome.after.map(\.version) == ["2.0"])
            #expect(try await site.root.dpkg("demo") == "ii 2.0")
            #expect(try await site.root.dpkg("libdemo") == "ii 2.0")
            let phases = site.phases(of: order.job)
            #expect(phases.first == .downloading && phases.suffix(4) == [.began, .installing, .verifying, .done])
            // The server knew what is there before it was told that the job is done.
            let packages = site.server.inventories.last?.packages ?? []
            #expect(packages.contains { $0.name == "demo" && $0.version == "2.0" })

            // The same order again, to another process of the agent: told again, and not done again, although somebody has
            // taken the package back meanwhile.
            agent.signal(SIGTERM)
            _ = try await agent.end()
            let undone = try await site.root.shell("apt-get -q -y --allow-downgrades install demo=1.0 libdemo=1.0")
            #expect(undone.status == 0, "\(undone.output)")
            site.server.forget()
            try site.run()
            let again = try await site.outcome(of: order.job)
            #expect(again == outcome)
            #expect(site.phases(of: order.job) == [.done])
            try await site.heartbeats(3)
            #expect(site.server.heartbeats.last?.patching?.tools == [.apt])
            #expect(site.server.heartbeats.last?.patching?.underWay == [])
            #expect(site.upgrades("demo", "1.0", "2.0") == 1)
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            let forth = try await site.root.shell("apt-get -q -y install demo=2.0 libdemo=2.0")
            #expect(forth.status == 0, "\(forth.output)")

            // The repository has the old versions no more.
            for name in ["demo", "libdemo"] { site.repository.remove(name, "1.0") }
            try await site.repository.index()
            let back = site.server.order([.demo("1.0")], deployment: order.job.deployment, kind: .rollback)
            let returned = try await site.outcome(back)
            #expect(returned.phase == .rolledBack && !returned.hasChanged, "\(returned)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(try await site.root.dpkg("libdemo") == "ii 1.0")
        }
    }

    @Test("a package whose script fails is a failure that says why, and is taken back")
    func scriptFails() async throws {
        try await PatchSite.with(installed: ["bad=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.enrol()
            try site.run()
            let order = site.server.order([.init(name: "bad", version: "2.0", installed: "1.0")])
            let outcome = try await site.outcome(order)
            #expect(outcome.phase == .failed && outcome.hasChanged, "\(outcome)")
            #expect(outcome.message.contains("ad 2.0 is half-configured"), "\(outcome.message)")
            #expect(outcome.log.contains("no luck") && outcome.log.contains("dpkg --configure -a"))
            let back = site.server.order(
                [.init(name: "bad", version: "1.0")], deployment: order.job.deployment, kind: .rollback)
            #expect(try await site.outcome(back).phase == .rolledBack)
            #expect(try await site.root.dpkg("bad") == "ii 1.0")
            // It is no obstacle for the next patch.
            #expect(try await site.outcome(site.server.order([.demo()])).phase == .done)
        }
    }

    @Test("what is not to be had, is there already, or is not installed, changes nothing")
    func nothingToDo() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            try site.run()
            let missing = try await site.outcome(site.server.order([.demo("9.9")]))
            #expect(missing.phase == .failed && !missing.hasChanged && missing.message.contains("9.9"), "\(missing)")
            let older = try await site.outcome(site.server.order([.demo("0.5")]))
            #expect(older.phase == .done && !older.hasChanged)
            let absent = try await site.outcome(site.server.order([.init(name: "slow", version: "2.0")]))
            #expect(absent.phase == .done && absent.after.map(\.version) == [nil])
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(try await site.root.dpkg("slow") == nil)
        }
    }

    @Test("a lock that another program holds is waited for, and not for ever")
    func locks() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            let holder = try Program([
                "/usr/bin/python3", "-c",
                """
                import fcntl, sys, time
                file = open(sys.argv[1], "w")
                fcntl.lockf(file, fcntl.LOCK_EX)
                print("held", flush=True)
                time.sleep(600)
                """, "\(site.root.path)/var/lib/dpkg/lock-frontend",
            ])
            try await waitUntil("the lock is held") { holder.output.contains("held") }
            let impatient = try site.run(lockSeconds: 2)
            let failed = try await site.outcome(site.server.order([.demo()]))
            #expect(failed.phase == .failed && !failed.hasChanged && failed.message.contains("held by"), "\(failed)")
            impatient.signal(SIGTERM)
            _ = try await impatient.end()
            try site.run()
            let order = site.server.order([.demo()], attempt: 2)
            site.server.hand(order)
            try await waitUntil("it says that it waits") {
                site.server.reports.contains { $0.job == order.job && $0.message.contains("It waits") }
            }
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            holder.signal(SIGKILL)
            #expect(try await site.outcome(of: order.job).phase == .done)
        }
    }

    @Test("a full disk is found before anything is changed, or told when it fills up in the middle")
    func diskFull() async throws {
        try await PatchSite.with(
            [
                .init(name: "big", version: "1.0"), .init(name: "big", version: "2.0", size: 3_000_000),
            ], installed: ["big=1.0", "demo=1.0", "libdemo=1.0"]
        ) { site in
            try await site.enrol()
            // Its files are replaced in here.
            try await site.root.mountSmall("usr/share/big", kibibytes: 200)
            try site.run()
            let middle = site.server.order([.init(name: "big", version: "2.0", installed: "1.0")])
            let failed = try await site.outcome(middle)
            #expect(failed.phase == .failed && failed.log.contains("No space left"), "\(failed)")
            #expect(try await site.root.dpkg("big") == "ii 1.0")
            try await site.root.mountSmall("var/cache/apt/archives", kibibytes: 8000)
            try await site.root.shell("mkdir -p /var/cache/apt/archives/partial")
            let before = try await site.outcome(site.server.order([.demo()]))
            #expect(before.phase == .failed && !before.hasChanged, "\(before)")
            #expect(before.message.contains("MiB are needed in /var/cache/apt/archives"), "\(before.message)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
        }
    }

    @Test("a job that is taken back before it began is left, and begun when it is handed out again")
    func takenBack() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            site.server.answering { report, count in
                report.phase == .began && count == 1 ? PatchAnswer(.stop, reason: "Not now.") : PatchAnswer(.proceed)
            }
            try site.run()
            let order = site.server.order([.demo()])
            #expect(try await site.outcome(order).phase == .done)
            #expect(site.phases(of: order.job).count { $0 == .began } == 2)
            #expect(site.upgrades("demo", "1.0", "2.0") == 1)
        }
    }
}
