import Domain
import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
    "The agent installs with dnf", .blocking,
    .enabled(if: PatchRoot.canRunDnf, "needs root, mmdebstrap, rpmbuild and createrepo_c"))
struct DnfRunTests {
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
        var agents: [Program] = []
        let outcome: Result<Void, any Error>
        do {
            try await prepare(root)
            let enrolled = try await Program(
                root.prefix + [
                    PatchRoot.agent, "enrol", "--server", server.url, "--token", "gae_x", "--state", "/var/lib/agent",
                ]
            ).end()
            #expect(enrolled.status == 0, "\(enrolled.complaints)")
            agents.append(
                try Program(
                    root.prefix + [PatchRoot.agent, "run", "--state", "/var/lib/agent", "--poll-seconds", "1"]))
            outcome = .success(try await check(root, server))
        } catch {
            outcome = .failure(error)
        }
        for agent in agents { await agent.stop() }
        server.stop()
        await root.remove()
        try outcome.get()
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
    }

    /// Packages, a repository of them, and the first versions installed.
    private func prepare(_ root: PatchRoot) async throws {
        let place = "\(root.path)/srv/repository"
        mkdir(place, 0o755)
        let specs = [
            spec("demo", "1.0"), spec("demo", "2.0"), spec("demo", "3.0"), spec("bad", "1.0"),
            spec("bad", "2.0", "%pre -p <lua>\nprint('no luck')\nerror('no luck')\n"),
        ]
        for (number, text) in specs.enumerated() {
            let file = try root.folder.write(text + "\n", to: "\(number).spec")
            try await PatchRoot.run([
                "/usr/bin/rpmbuild", "-bb", "--define", "_topdir \(root.folder.path)/rpmbuild", "--define",
                "_rpmdir \(place)", file,
            ])
        }
        try await PatchRoot.run(["/usr/bin/createrepo_c", "-q", place])
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
        let set = try await root.shell("dnf -y install demo-1.0 bad-1.0")
        guard set.status == 0 else { throw TestFailure("not set up: \(set.output)") }
    }
}
