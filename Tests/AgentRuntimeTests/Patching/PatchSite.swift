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

    /// What a program takes for the time, and nothing else, becomes another.
    private static let clockSource = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t id, struct timespec *t) {
          int status = syscall(SYS_clock_gettime, id, t);
          const char *skew = getenv("CLOCK_SKEW");
          if (!status && skew && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) t->tv_sec += atol(skew);
          return status;
        }
        int gettimeofday(struct timeval *t, void *zone) {
          struct timespec now;
          clock_gettime(CLOCK_REALTIME, &now);
          t->tv_sec = now.tv_sec;
          t->tv_usec = now.tv_nsec / 1000;
          return 0;
        }
        time_t time(time_t *t) {
          struct timespec now;
          clock_gettime(CLOCK_REALTIME, &now);
          if (t) *t = now.tv_sec;
          return now.tv_sec;
        }
        """

    func prepareClocks() async throws {
        let source = try root.folder.write(Self.clockSource, to: "clock.c")
        try await PatchRoot.run([
            "/usr/bin/env", "clang", "-shared", "-fPIC", "-O1", "-o", "\(root.path)/usr/lib/clock.so", source,
        ])
    }

    /// - Parameter clockDays: how far the agent's clock is off, behind `prepareClocks`.
    @discardableResult
    func run(lockSeconds: Int = 600, clockDays: Int? = nil) throws -> Program {
        let skew =
            clockDays.map {
                ["/usr/bin/env", "LD_PRELOAD=/usr/lib/clock.so", "CLOCK_SKEW=\($0 * 86_400)"]
            } ?? []
        let agent = try Program(
            root.prefix + skew + [
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
        try await told {
            try await waitUntil("the job \(job) has an outcome", seconds: 600) { !server.outcomes(of: job).isEmpty }
        }
        return server.outcomes(of: job)[0]
    }

    /// Until the agent asks for the word to begin.
    func asks(for job: PatchJob) async throws {
        try await told {
            try await waitUntil("it asks") { phases(of: job).contains(.began) || !server.outcomes(of: job).isEmpty }
            guard phases(of: job).contains(.began) else { throw TestFailure("it has ended without asking") }
        }
    }

    /// A failure of it says what the agent has said.
    private func told(_ body: () async throws -> Void) async throws {
        do { try await body() } catch {
            throw TestFailure("\(error); \(agents.last?.complaints ?? ""); \(server.reports)")
        }
    }

    func stopAgents() async throws {
        for agent in agents { await agent.stop() }
        agents = []
    }

    func files(_ folder: String, _ suffix: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root.path)/\(folder)")) ?? [])
            .filter { $0.hasSuffix(suffix) }.sorted()
    }

    /// How often dpkg has brought a package from one version to another.
    func upgrades(_ name: String, _ old: String, _ new: String) -> Int {
        (root.read("var/log/dpkg.log") ?? "").split(separator: "\n").count {
            $0.hasSuffix("upgrade \(name):amd64 \(old) \(new)")
        }
    }

    /// Until the server has heard of the agent some times more.
    func heartbeats(_ count: Int) async throws {
        let end = server.heartbeats.count + count
        try await waitUntil("\(count) heartbeats") { server.heartbeats.count >= end }
    }

    /// A file of a job, or of all of them, in the agent's folder.
    func journal(_ job: PatchJob, _ name: String) -> String {
        "var/lib/agent/patches/\(job.description.replacing(":", with: "_"))/\(name)"
    }

    func phases(of job: PatchJob) -> [PatchReport.Phase] { server.reports.filter { $0.job == job }.map(\.phase) }
}

extension PatchOrder.Package {
    static func demo(_ version: String = "2.0") -> Self { Self(name: "demo", version: version, installed: "1.0") }
}
