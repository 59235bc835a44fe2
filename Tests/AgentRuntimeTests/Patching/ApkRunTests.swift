import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(
    "The agent installs with apk", .blocking,
    .enabled(
        if: PatchRoot.canRun && ApkRepository.apk != nil,
        "needs root, python3 and apk.static of apk-tools, which Debian does not have"))
final class ApkRunTests {
    private let agents = Mutex<[Program]>([])

    private func start(_ root: PatchRoot) throws {
        let agent = try Program(
            root.prefix + [PatchRoot.agent, "run", "--state", "/var/lib/agent", "--poll-seconds", "1"])
        agents.withLock { $0.append(agent) }
    }

    @Test("the planned version is installed and taken back, what fails is told, and an agent that was killed looks")
    func installs() async throws {
        let root = try await PatchRoot()
        let server = try PatchServer()
        let outcome: Result<Void, any Error>
        do {
            let repository = try await prepare(root)
            let enrolled = try await Program(
                root.prefix + [
                    PatchRoot.agent, "enrol", "--server", server.url, "--token", "gae_x", "--state", "/var/lib/agent",
                ]
            ).end()
            #expect(enrolled.status == 0, "\(enrolled.complaints)")
            try start(root)
            try await check(root, server, repository)
            try await checkKilled(root, server, repository)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for agent in agents.withLock({ $0 }) { await agent.stop() }
        server.stop()
        await root.remove()
        try outcome.get()
    }

    private func prepare(_ root: PatchRoot) async throws -> ApkRepository {
        let repository = try await ApkRepository(root)
        try await repository.publish(
            .init(name: "libdemo", version: "1.0-r0"),
            .init(name: "demo", version: "1.0-r0", depends: "libdemo=1.0-r0"),
            .init(name: "bad", version: "1.0-r0"), .init(name: "slow", version: "1.0-r0"))
        let set = try await root.shell("apk add demo bad slow")
        guard set.status == 0 else { throw TestFailure("not set up: \(set.output)") }
        for name in ["demo", "libdemo", "bad", "slow"] { repository.remove(name, "1.0-r0") }
        try await repository.publish(
            .init(name: "libdemo", version: "2.0-r0"),
            .init(name: "demo", version: "2.0-r0", depends: "libdemo=2.0-r0"),
            .init(name: "bad", version: "2.0-r0", postUpgrade: "echo no luck >&2; exit 3"),
            .init(
                name: "slow", version: "2.0-r0",
                postUpgrade: "touch /run/slow; while [ ! -e /run/go ]; do sleep 0.1; done"))
        return repository
    }

    private func outcome(_ order: PatchOrder, _ server: PatchServer) async throws -> PatchReport {
        server.hand(order)
        try await waitUntil("the job has an outcome: \(server.reports.map(\.message))") {
            !server.outcomes(of: order.job).isEmpty
        }
        return server.outcomes(of: order.job)[0]
    }

    private func check(_ root: PatchRoot, _ server: PatchServer, _ repository: ApkRepository) async throws {
        let world = root.read("etc/apk/world")
        let missing = try await outcome(
            server.order([.init(name: "demo", version: "9.9-r0", installed: "1.0-r0")], tool: .apk), server)
        #expect(missing.phase == .failed && !missing.hasChanged, "\(missing)")
        // The repository changes while the server's word is waited for: what was not planned is not installed.
        let isHeld = Mutex(true)
        server.answering { report, _ in
            report.phase == .began && isHeld.withLock { $0 } ? PatchAnswer(.wait, seconds: 1) : PatchAnswer(.proceed)
        }
        let late = server.order([.init(name: "demo", version: nil, installed: "1.0-r0")], tool: .apk)
        server.hand(late)
        try await waitUntil("it asks") { server.reports.contains { $0.job == late.job && $0.phase == .began } }
        for name in ["demo", "libdemo"] { repository.remove(name, "2.0-r0") }
        try await repository.publish(
            .init(name: "libdemo", version: "3.0-r0"), .init(name: "demo", version: "3.0-r0", depends: "libdemo=3.0-r0")
        )
        #expect(try await root.shell("apk update").status == 0)
        isHeld.withLock { $0 = false }
        let changed = try await outcome(late, server)
        #expect(changed.phase == .failed && !changed.hasChanged, "\(changed)")
        #expect(repository.version("demo") == "1.0-r0" && repository.version("libdemo") == "1.0-r0")

        let package = PatchOrder.Package(name: "demo", version: "3.0-r0", installed: "1.0-r0")
        let order = server.order([package], tool: .apk)
        let done = try await outcome(order, server)
        #expect(done.phase == .done && done.hasChanged && done.before.map(\.version) == ["1.0-r0"], "\(done)")
        #expect(repository.version("demo") == "3.0-r0" && repository.version("libdemo") == "3.0-r0")
        #expect(root.read("etc/apk/world") == world)
        let bad = try await outcome(
            server.order([.init(name: "bad", version: "2.0-r0", installed: "1.0-r0")], tool: .apk), server)
        // apk itself counts a package whose script failed as installed.
        #expect(bad.phase == .failed && bad.hasChanged && bad.message.contains("its script failed"), "\(bad)")
        #expect(repository.version("bad") == "2.0-r0")
        let back = try await outcome(
            server.order(
                [.init(name: "demo", version: "1.0-r0")], deployment: order.job.deployment, kind: .rollback, tool: .apk),
            server)
        // Neither the repository nor a cache has the old ones: nothing is changed.
        #expect(back.phase == .rollbackFailed, "\(back)")
        #expect(repository.version("demo") == "3.0-r0" && repository.version("libdemo") == "3.0-r0")
        // With the repository's help it goes back.
        try await repository.publish(
            .init(name: "libdemo", version: "1.0-r0"), .init(name: "demo", version: "1.0-r0", depends: "libdemo=1.0-r0")
        )
        let again = try await outcome(
            server.order(
                [.init(name: "demo", version: "1.0-r0")], deployment: order.job.deployment, kind: .rollback, attempt: 2,
                tool: .apk), server)
        #expect(again.phase == .rolledBack, "\(again)")
        #expect(repository.version("demo") == "1.0-r0" && repository.version("libdemo") == "1.0-r0")
    }

    /// apk goes on without its agent, and the next process waits for it, also where nothing was written down of it.
    private func checkKilled(_ root: PatchRoot, _ server: PatchServer, _ repository: ApkRepository) async throws {
        let order = server.order([.init(name: "slow", version: "2.0-r0", installed: "1.0-r0")], tool: .apk)
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
        let outcome = try await outcome(order, server)
        #expect(outcome.phase == .done && outcome.hasChanged && outcome.message.contains("was ended"), "\(outcome)")
        #expect(server.reports.count { $0.job == order.job && $0.phase == .began } == 1)
    }
}
