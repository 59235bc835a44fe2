import Domain
import Foundation
import Glibc
import TestSupport

/// One machine with an agent, its server and its repository.
final class PatchSite {
    let root: PatchRoot
    let server: PatchServer
    let repository: AptRepository
    private var agents: [Program] = []

    /// With version 1.0 of `demo` and `libdemo` installed, 2.0 to be had.
    static let packages: [AptRepository.Package] = [
        .init(name: "libdemo", version: "1.0"), .init(name: "demo", version: "1.0", depends: "libdemo (= 1.0)"),
        .init(name: "libdemo", version: "2.0"), .init(name: "demo", version: "2.0", depends: "libdemo (= 2.0)"),
        .init(name: "bad", version: "1.0"), .init(name: "bad", version: "2.0", postinst: "echo no luck >&2; exit 3"),
        .init(name: "slow", version: "1.0"),
        .init(name: "slow", version: "2.0", postinst: "touch /run/slow; while [ ! -e /run/go ]; do sleep 0.1; done"),
    ]

    private init(_ packages: [AptRepository.Package]) async throws {
        root = try await PatchRoot()
        server = try PatchServer()
        repository = try await AptRepository(packages)
    }

    static func with(
        _ more: [AptRepository.Package] = [], installed: [String] = ["demo=1.0", "libdemo=1.0"],
        _ body: (PatchSite) async throws -> Void
    ) async throws {
        let site = try await PatchSite(packages + more)
        let outcome: Result<Void, any Error>
        do {
            try await site.repository.use(on: site.root)
            let set = try await site.root.shell(
                "apt-get -q update && apt-get -q -y install \(installed.joined(separator: " ")) && apt-get clean")
            guard set.status == 0 else { throw TestFailure("not set up: \(set.output)") }
            outcome = .success(try await body(site))
        } catch {
            outcome = .failure(error)
        }
        for agent in site.agents { await agent.stop() }
        site.server.stop()
        await site.repository.stop()
        await site.root.remove()
        try outcome.get()
    }

    func enrol() async throws {
        let ended = try await Program(
            root.prefix + [
                PatchRoot.agent, "enrol", "--server", server.url, "--token", "gae_x", "--state", "/var/lib/agent",
            ]
        ).end()
        guard ended.status == 0 else { throw TestFailure("not enrolled: \(ended.complaints)") }
    }

    @discardableResult
    func run(lockSeconds: Int = 600) throws -> Program {
        let agent = try Program(
            root.prefix + [
                PatchRoot.agent, "run", "--state", "/var/lib/agent", "--poll-seconds", "1", "--backoff-seconds", "1",
                "--lock-seconds", "\(lockSeconds)",
            ])
        agents.append(agent)
        return agent
    }

    /// Hands an order to the agent and waits for its outcome.
    func outcome(_ order: PatchOrder) async throws -> PatchReport {
        server.hand(order)
        return try await outcome(of: order.job)
    }

    func outcome(of job: PatchJob) async throws -> PatchReport {
        do {
            try await waitUntil("the job \(job) has an outcome", seconds: 600) { !server.outcomes(of: job).isEmpty }
        } catch {
            throw TestFailure("\(error); \(agents.last?.complaints ?? ""); \(server.reports.map(\.message))")
        }
        return server.outcomes(of: job)[0]
    }

    func phases(of job: PatchJob) -> [PatchReport.Phase] { server.reports.filter { $0.job == job }.map(\.phase) }
}

extension PatchOrder.Package {
    static func demo(_ version: String = "2.0") -> Self { Self(name: "demo", version: version, installed: "1.0") }
}
