import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(
    "What was planned is what is installed, and what is taken back", .blocking,
    .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
struct PatchExactTests {
    /// `demo` in any later version than 1.0, as advisories of source packages order it.
    private static let newer = PatchOrder.Package(name: "demo", version: nil, installed: "1.0")
    private static let more: [AptRepository.Package] = [.init(name: "newdep", version: "1.0")]

    /// The agent has planned 2.0 and asks for the server's word; meanwhile something happens.
    private func heldUp(
        _ site: PatchSite, _ order: PatchOrder, _ meanwhile: () async throws -> Void
    ) async throws -> PatchReport {
        let isHeld = Mutex(true)
        site.server.answering { report, _ in
            report.phase == .began && isHeld.withLock { $0 } ? PatchAnswer(.wait, seconds: 1) : PatchAnswer(.proceed)
        }
        site.server.hand(order)
        try await site.asks(for: order.job)
        try await meanwhile()
        isHeld.withLock { $0 = false }
        return try await site.outcome(of: order.job)
    }

    @Test("a repository that has a newer version by the time of the word changes nothing about what is installed")
    func newerMeanwhile() async throws {
        let two = AptRepository.Package(name: "demo", version: "2.0", depends: "libdemo (= 2.0), newdep")
        try await PatchSite.with(Self.more) { site in
            try await site.repository.build(two)
            try await site.repository.index()
            #expect(try await site.root.shell("apt-get -q update && apt-mark auto libdemo").status == 0)
            try await site.enrol()
            try site.run()
            let order = site.server.order([Self.newer])
            let outcome = try await heldUp(site, order) {
                for package in [
                    AptRepository.Package(name: "libdemo", version: "3.0"),
                    .init(name: "demo", version: "3.0", depends: "libdemo (= 3.0)"),
                ] {
                    try await site.repository.build(package)
                }
                try await site.repository.index()
                // As apt-daily.timer does it.
                #expect(try await site.root.shell("apt-get -q update").status == 0)
            }
            #expect(outcome.phase == .done && outcome.after.map(\.version) == ["2.0"], "\(outcome)")
            for (name, state) in [("demo", "ii 2.0"), ("libdemo", "ii 2.0"), ("newdep", "ii 1.0")] {
                #expect(try await site.root.dpkg(name) == state)
            }
            // What nobody asked for is not taken for something that somebody asked for.
            let automatic = try await site.root.shell("apt-mark showauto libdemo newdep demo").output
            #expect(automatic.split(separator: "\n") == ["libdemo", "newdep"])
            // Its download does not stay; what a rollback needs does.
            #expect(site.files("var/cache/apt/archives", ".deb").isEmpty)
            #expect(site.files("var/lib/agent/patches/kept-packages", ".deb").contains("demo_1.0_amd64.deb"))
            #expect(site.root.read(site.journal(order.job, "before.json")) == nil)

            let back = site.server.order([.demo("1.0")], deployment: order.job.deployment, kind: .rollback)
            #expect(try await site.outcome(back).phase == .rolledBack)
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(try await site.root.dpkg("libdemo") == "ii 1.0")
            #expect(try await site.root.dpkg("newdep")?.hasPrefix("ii") != true)
        }
    }

    @Test("what is not to be had any more when the word is given is told, and nothing else is installed for it")
    func goneMeanwhile() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            try site.run()
            let outcome = try await heldUp(site, site.server.order([Self.newer])) {
                for name in ["demo", "libdemo"] { site.repository.remove(name, "2.0") }
                try await site.repository.build(.init(name: "libdemo", version: "3.0"))
                try await site.repository.build(.init(name: "demo", version: "3.0", depends: "libdemo (= 3.0)"))
                try await site.repository.index()
                #expect(try await site.root.shell("apt-get -q update && apt-get clean").status == 0)
            }
            #expect(outcome.phase == .failed && !outcome.hasChanged, "\(outcome)")
            #expect(outcome.message.contains("2.0"), "\(outcome.message)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(try await site.root.dpkg("libdemo") == "ii 1.0")
        }
    }

    @Test("what an attempt did not change, and somebody has installed since, is not taken back with it")
    func takesBackItsOwn() async throws {
        let stubborn = [
            AptRepository.Package(name: "stubborn", version: "1.0"),
            .init(name: "stubborn", version: "2.0", preinst: "if [ -e /etc/stubborn ]; then exit 1; fi"),
        ]
        try await PatchSite.with(stubborn, installed: ["stubborn=1.0"]) { site in
            try await site.enrol()
            try site.run()
            try site.root.write("", to: "etc/stubborn")
            let order = site.server.order([.init(name: "stubborn", version: "2.0", installed: "1.0")])
            let failed = try await site.outcome(order)
            #expect(failed.phase == .failed && !failed.hasChanged, "\(failed)")
            #expect(try await site.root.dpkg("stubborn") == "ii 1.0")
            unlink("\(site.root.path)/etc/stubborn")
            #expect(try await site.root.shell("apt-get -q -y install stubborn=2.0").status == 0)
            let back = site.server.order(
                [.init(name: "stubborn", version: "1.0", installed: "2.0")], deployment: order.job.deployment,
                kind: .rollback)
            let outcome = try await site.outcome(back)
            #expect(outcome.phase == .rolledBack && !outcome.hasChanged, "\(outcome)")
            #expect(try await site.root.dpkg("stubborn") == "ii 2.0")
        }
    }

    @Test("kept packages are bounded: what no job needs goes first, and what a rollback needs stays")
    func bounded() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            let store = "\(site.root.path)/var/lib/agent/patches/kept-packages"
            #expect(try await Shell.run(["/bin/mkdir", "-p", store]).status == 0)
            // It takes no room, and counts as what it would hold.
            #expect(try await Shell.run(["/usr/bin/truncate", "-s", "2G", "\(store)/other_1_amd64.deb"]).status == 0)
            try site.run()
            #expect(try await site.outcome(site.server.order([.demo()])).phase == .done)
            let kept = site.files("var/lib/agent/patches/kept-packages", ".deb")
            #expect(kept.contains("demo_1.0_amd64.deb") && !kept.contains("other_1_amd64.deb"), "\(kept)")
        }
    }
}
