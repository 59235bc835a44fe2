import Domain
import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
    "What an agent's disk does to a job", .blocking,
    .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
struct PatchJournalTests {
    private let slow = PatchOrder.Package(name: "slow", version: "2.0", installed: "1.0")

    /// The package's script runs, and waits for `run/go`.
    private func inTheMiddle(_ site: PatchSite) async throws -> (order: PatchOrder, agent: Program) {
        let agent = try site.run()
        let order = site.server.order([slow])
        site.server.hand(order)
        try await waitUntil("the package's script runs") { access("\(site.root.path)/run/slow", F_OK) == 0 }
        return (order, agent)
    }

    private func kill(_ agent: Program) async throws {
        agent.signal(SIGKILL)
        _ = try await agent.end()
    }

    @Test("a tool that was started and not written down is found and waited for, also where it holds no lock")
    func notWrittenDown() async throws {
        try await PatchSite.with(installed: ["slow=1.0"]) { site in
            try await site.enrol()
            let (order, agent) = try await inTheMiddle(site)
            try await kill(agent)
            let file = site.journal(order.job, "record.json")
            var record = try #require(
                try JSONSerialization.jsonObject(with: Data((site.root.read(file) ?? "").utf8)) as? [String: Any])
            #expect(record["stage"] as? String == "permitted")
            record["tool"] = nil
            try site.root.write(
                String(decoding: JSONSerialization.data(withJSONObject: record), as: UTF8.self), to: file)
            for lock in [
                "var/lib/dpkg/lock-frontend", "var/lib/dpkg/lock", "var/cache/apt/archives/lock",
                "var/lib/apt/lists/lock",
            ] {
                unlink("\(site.root.path)/\(lock)")
            }
            try site.run()
            try await site.heartbeats(5)
            #expect(site.server.outcomes(of: order.job).isEmpty)
            try site.root.write("", to: "run/go")
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.hasChanged, "\(outcome)")
            #expect(!outcome.log.contains("dpkg --configure"), "a second tool: \(outcome.log)")
            #expect(site.upgrades("slow", "1.0", "2.0") == 1)
            #expect(site.phases(of: order.job).count { $0 == .began } == 1)
        }
    }

    @Test("a job whose record cannot be read is looked at and not begun, whether its tool was begun or not")
    func torn() async throws {
        try await PatchSite.with(installed: ["slow=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.enrol()
            let (order, agent) = try await inTheMiddle(site)
            try await kill(agent)
            let file = site.journal(order.job, "record.json")
            let record = try #require(site.root.read(file))
            try site.root.write(String(record.prefix(record.count / 2)), to: file)
            try site.run()
            try await site.heartbeats(5)
            try site.root.write("", to: "run/go")
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.message.contains("cannot be read"), "\(outcome)")
            #expect(outcome.hasChanged && outcome.before.map(\.version) == ["1.0"])
            #expect(site.phases(of: order.job).count { $0 == .began } == 1)
            #expect(site.upgrades("slow", "1.0", "2.0") == 1)

            // Another one, of which nothing came.
            let other = site.server.order([.demo()])
            try await site.stopAgents()
            let place = "\(site.root.path)/\(site.journal(other.job, ""))"
            #expect(try await Shell.run(["/bin/mkdir", "-p", place]).status == 0)
            try site.root.write("", to: site.journal(other.job, "record.json"))
            try site.run()
            let nothing = try await site.outcome(other)
            #expect(nothing.phase == .failed && !nothing.hasChanged, "\(nothing)")
            #expect(!site.phases(of: other.job).contains(.began))
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            // It is known by now, and a second attempt is one.
            #expect(try await site.outcome(site.server.order([.demo()], attempt: 2)).phase == .done)
        }
    }

    @Test("a disk that is full when the word is given changes nothing; one that fills up behind it hides nothing")
    func full() async throws {
        try await PatchSite.with(installed: ["slow=1.0", "demo=1.0", "libdemo=1.0"]) { site in
            try await site.root.shell("mkdir -p /var/lib/agent")
            try await site.root.mountSmall("var/lib/agent", kibibytes: 48_000)
            try await site.enrol()
            let ballast = "\(site.root.path)/var/lib/agent/ballast"
            @Sendable func fill() {
                let file = open(ballast, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
                let zeros = [UInt8](repeating: 0, count: 1 << 16)
                while write(file, zeros, zeros.count) > 0 {}
                // To the last byte.
                while write(file, zeros, 1) > 0 {}
                close(file)
            }
            site.server.answering { report, _ in
                if report.phase == .began, report.before.contains(where: { $0.name == "demo" }) { fill() }
                return PatchAnswer(.proceed)
            }
            try site.run()
            let before = try await site.outcome(site.server.order([.demo()]))
            #expect(before.phase == .failed && !before.hasChanged, "\(before)")
            #expect(before.message.contains("No space left"), "\(before.message)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            unlink(ballast)

            let (order, agent) = try await inTheMiddle(site)
            fill()
            try site.root.write("", to: "run/go")
            let outcome = try await site.outcome(of: order.job)
            #expect(outcome.phase == .done && outcome.hasChanged, "\(outcome)")
            #expect(try await site.root.dpkg("slow") == "ii 2.0")
            // Told, and not on the disk: the next process looks for itself, and says the same.
            try await kill(agent)
            unlink(ballast)
            try site.run()
            try await site.heartbeats(3)
            try await waitUntil("it is told again") { site.server.outcomes(of: order.job).count > 1 }
            #expect(site.server.outcomes(of: order.job).allSatisfy { $0.phase == .done })
            #expect(site.upgrades("slow", "1.0", "2.0") == 1)
        }
    }
}
