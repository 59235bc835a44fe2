import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(
    "The agent installs with dnf", .blocking,
    .enabled(if: PatchRoot.canRunDnf, "needs root, python3, dnf, rpmbuild and createrepo_c"))
final class DnfRunTests {
    /// The words of an RPM's description; its files are none.
    private func spec(_ name: String, _ version: String, _ more: String = "") -> String {
        """
        Name: \(name)
        Version: \(version)
        Release: 1
        Summary: a package of a test
        License: none
        BuildArch: noarch
        \(more)
        %description
        A package of a test.
        %files
        """
    }

    @Test("the exact version is installed and taken back, and a script that fails is told")
    func installs() async throws {
        let root = try await PatchRoot(.dnf)
        let server = try PatchServer()
        let outcome: Result<Void, any Error>
        do {
            try await prepare(root)
            let enrolled = try await Program(
                root.prefix + [
                    PatchRoot.agent, "enrol", "--server", server.url, "--token", "gae_x", "--state", "/var/lib/agent",
                ]
            ).end()
            #expect(enrolled.status == 0, "\(enrolled.complaints)")
            try start(root)
            outcome = .success(try await check(root, server))
        } catch {
            outcome = .failure(error)
        }
        for agent in agents.withLock({ $0 }) { await agent.stop() }
        server.stop()
        await root.remove()
        try outcome.get()
    }

    private let agents = Mutex<[Program]>([])

    private func start(_ root: PatchRoot) throws {
        let agent = try Program(
            root.prefix + [PatchRoot.agent, "run", "--state", "/var/lib/agent", "--poll-seconds", "1"])
        agents.withLock { $0.append(agent) }
    }

    private func check(_ root: PatchRoot, _ server: PatchServer) async throws {
        func outcome(_ order: PatchOrder) async throws -> PatchReport {
            server.hand(order)
            try await waitUntil("the job has an outcome") { !server.outcomes(of: order.job).isEmpty }
            return server.outcomes(of: order.job)[0]
        }
        func version(_ name: String) async throws -> String {
            try await root.shell("rpm -q --qf '%{VERSION}-%{RELEASE}' \(name)").output
        }
        let package = PatchOrder.Package(name: "demo", architecture: "noarch", version: "2.0-1", installed: "1.0-1")
        let order = server.order([package], tool: .dnf)
        let done = try await outcome(order)
        #expect(done.phase == .done && done.before.map(\.version) == ["1.0-1"], "\(done)")
        // 3.0 is there, too.
        #expect(try await version("demo") == "2.0-1")
        let back = try await outcome(
            server.order([package], deployment: order.job.deployment, kind: .rollback, tool: .dnf))
        #expect(back.phase == .rolledBack, "\(back)")
        #expect(try await version("demo") == "1.0-1")
        let bad = try await outcome(
            server.order([.init(name: "bad", version: "2.0-1", installed: "1.0-1")], tool: .dnf))
        #expect(bad.phase == .failed && !bad.hasChanged && bad.log.contains("no luck"), "\(bad)")
        #expect(try await version("bad") == "1.0-1")
        let missing = try await outcome(
            server.order([.init(name: "demo", version: "9.9-1", installed: "1.0-1")], tool: .dnf))
        #expect(missing.phase == .failed && !missing.hasChanged, "\(missing)")
        // What takes another's place removes it, which no order has said.
        let greedy = try await outcome(
            server.order([.init(name: "demo", version: "4.0-1", installed: "1.0-1")], tool: .dnf))
        #expect(greedy.phase == .failed && greedy.message.contains("ld-thing would be removed"), "\(greedy)")
        #expect(try await version("old-thing") == "1.0-1")
        try await checkUnnamed(root, server)
        try await checkKilled(root, server)
    }

    /// What was planned is installed with what it needs, although the repository has a newer one by then.
    private func checkUnnamed(_ root: PatchRoot, _ server: PatchServer) async throws {
        let isHeld = Mutex(true)
        server.answering { report, _ in
            report.phase == .began && isHeld.withLock { $0 } ? PatchAnswer(.wait, seconds: 1) : PatchAnswer(.proceed)
        }
        let order = server.order([.init(name: "late", version: nil, installed: "1.0-1")], tool: .dnf)
        server.hand(order)
        try await waitUntil("it asks") { server.reports.contains { $0.job == order.job && $0.phase == .began } }
        try await build(root, spec("late", "3.0"), spec("dep", "1.1"))
        #expect(try await root.shell("dnf -y --refresh makecache").status == 0)
        isHeld.withLock { $0 = false }
        try await waitUntil("the job has an outcome") { !server.outcomes(of: order.job).isEmpty }
        let outcome = server.outcomes(of: order.job)[0]
        #expect(outcome.phase == .done && outcome.after.map(\.version) == ["2.0-1"], "\(outcome)")
        let installed = try await root.shell("rpm -q --qf '%{NAME}-%{VERSION} ' late dep").output
        #expect(installed == "late-2.0 dep-1.0 ")
        let reasons = try await root.shell("dnf -C -q repoquery --installed --qf '%{name} %{reason}' late dep").output
        #expect(Set(reasons.split(separator: "\n")) == ["late user", "dep dependency"])
        let back = server.order(
            [.init(name: "late", version: "1.0-1")], deployment: order.job.deployment, kind: .rollback, tool: .dnf)
        server.hand(back)
        try await waitUntil("it is taken back") { !server.outcomes(of: back.job).isEmpty }
        #expect(server.outcomes(of: back.job)[0].phase == .rolledBack, "\(server.outcomes(of: back.job))")
        #expect(try await root.shell("rpm -q dep").status != 0)
    }

    /// dnf goes on without its agent, and the next process waits for it, also where nothing was written down of it.
    private func checkKilled(_ root: PatchRoot, _ server: PatchServer) async throws {
        let order = server.order([.init(name: "slow", version: "2.0-1", installed: "1.0-1")], tool: .dnf)
        server.hand(order)
        try await waitUntil("the package's script runs") { access("\(root.path)/run/slow", F_OK) == 0 }
        let agent = try #require(agents.withLock { $0.last })
        agent.signal(SIGKILL)
        _ = try await agent.end()
        let name = order.job.description.replacing(":", with: "_")
        let file = "var/lib/agent/patches/\(name)/record.json"
        var record = try #require(
            try JSONSerialization.jsonObject(with: Data((root.read(file) ?? "").utf8)) as? [String: Any])
        record["tool"] = nil
        try root.write(String(decoding: JSONSerialization.data(withJSONObject: record), as: UTF8.self), to: file)
        try start(root)
        let count = server.heartbeats.count
        try await waitUntil("it is there again") { server.heartbeats.count > count + 4 }
        #expect(server.outcomes(of: order.job).isEmpty)
        try root.write("", to: "run/go")
        try await waitUntil("the job has an outcome") { !server.outcomes(of: order.job).isEmpty }
        let outcome = server.outcomes(of: order.job)[0]
        #expect(outcome.phase == .done && outcome.hasChanged && outcome.message.contains("was ended"), "\(outcome)")
        #expect(server.reports.count { $0.job == order.job && $0.phase == .began } == 1)
    }

    /// Packages, a repository of them, and the first versions installed.
    private func prepare(_ root: PatchRoot) async throws {
        mkdir(repository(root), 0o755)
        let waiting = """
            Requires: rpmlib(BuiltinLuaScripts) >= 4.2.2
            %post -p <lua>
            io.open('/run/slow', 'w'):close()
            while not posix.stat('/run/go') do posix.sleep(1) end
            """
        try await build(
            root, spec("slow", "1.0"), spec("slow", "2.0", waiting), spec("old-thing", "1.0"), spec("late", "1.0"),
            spec("late", "2.0", "Requires: dep"), spec("dep", "1.0"),
            spec("demo", "4.0", "Obsoletes: old-thing < 2"),
            spec("demo", "1.0"), spec("demo", "2.0"), spec("demo", "3.0"), spec("bad", "1.0"),
            spec("bad", "2.0", "%pre -p <lua>\nprint('no luck')\nerror('no luck')\n"))
        for folder in ["etc/rpm", "etc/yum.repos.d", "etc/dnf/vars", "etc/dnf/plugins"] {
            _ = try await Shell.run(["/bin/mkdir", "-p", "\(root.path)/\(folder)"])
        }
        // Debian's rpm keeps its database elsewhere, since it is not the system's.
        try root.write("%_dbpath /var/lib/rpm\n", to: "etc/rpm/macros")
        try root.write(
            "[tests]\nname=Tests\nbaseurl=file:///srv/repository\ngpgcheck=0\n", to: "etc/yum.repos.d/tests.repo")
        try root.write("9\n", to: "etc/dnf/vars/releasever")
        // A repository of its own, which Debian's dnf would have signed.
        try root.write("[main]\nenabled=0\n", to: "etc/dnf/plugins/local.conf")
        let set = try await root.shell(
            "dnf -y --setopt=obsoletes=0 install demo-1.0 bad-1.0 slow-1.0 late-1.0 old-thing-1.0")
        guard set.status == 0 else { throw TestFailure("not set up: \(set.output)") }
    }

    private func repository(_ root: PatchRoot) -> String { "\(root.path)/srv/repository" }

    private func build(_ root: PatchRoot, _ specs: String...) async throws {
        for (number, text) in specs.enumerated() {
            let file = try root.folder.write(text + "\n", to: "\(number).spec")
            try await PatchRoot.run([
                "/usr/bin/rpmbuild", "-bb", "--define", "_topdir \(root.folder.path)/rpmbuild", "--define",
                "_rpmdir \(repository(root))", file,
            ])
        }
        try await PatchRoot.run(["/usr/bin/createrepo_c", "-q", repository(root)])
    }
}
