import Domain
import Glibc
import Store
import TestSupport
import Testing

@Suite("Isolation in a network namespace", .database, .blocking)
struct AgentIsolationTests {
    /// Whether this machine lets namespaces be made.
    private static let canRun: Bool = {
        guard geteuid() == 0, access("/usr/sbin/nft", X_OK) == 0 else { return false }
        return (try? Program.run(["/usr/bin/unshare", "--net", "true"]).status) == 0
    }()

    @Test(
        "an isolated machine reaches its server and nothing else, through restarts, until it is released",
        .enabled(if: canRun, "network namespaces and nft need root: nothing here can be isolated"))
    func isolates() async throws {
        let (machine, site) = ("gara\(getpid())", "gars\(getpid())")
        func ip(_ words: String) async throws {
            let outcome = try await Shell.run(["/usr/sbin/ip"] + words.split(separator: " ").map(String.init))
            guard outcome.status == 0 else { throw TestFailure("ip \(words): \(outcome.output)") }
        }
        for name in [machine, site] { try await ip("netns add \(name)") }
        let outcome: Result<Void, any Error>
        do {
            try await ip("link add \(machine) netns \(machine) type veth peer name \(site) netns \(site)")
            for (name, address) in [(machine, "10.77.0.1"), (site, "10.77.0.2")] {
                try await ip("-n \(name) address add \(address)/24 dev \(name)")
                try await ip("-n \(name) link set \(name) up")
                try await ip("-n \(name) link set lo up")
            }
            try await ip("-n \(site) address add 10.77.0.3/24 dev \(site)")
            outcome = .success(
                try await isolate(
                    ["/usr/sbin/ip", "netns", "exec", machine], ["/usr/sbin/ip", "netns", "exec", site]))
        } catch {
            outcome = .failure(error)
        }
        for name in [machine, site] { try await ip("netns delete \(name)") }
        try outcome.get()
    }

    private func isolate(_ machine: [String], _ elsewhere: [String]) async throws {
        let other = try Program(elsewhere + ["python3", "-m", "http.server", "9000", "--bind", "10.77.0.3"])
        // Something else on the server's own address.
        let beside = try Program(elsewhere + ["python3", "-m", "http.server", "9001", "--bind", "10.77.0.2"])
        /// Whether the machine reaches an address.
        func reaches(_ url: String) async throws -> Bool {
            try await Shell.run(machine + ["curl", "-s", "-m", "2", "-o", "/dev/null", url]).status == 0
        }
        try await AgentSite.with(
            AgentSite(TestDatabase.current, host: "10.77.0.2", serverPrefix: elsewhere)
        ) { site in
            try await site.startServer()
            #expect(try await site.enrol("one", token: try await site.token(), prefix: machine).status == 0)
            let agent = try site.run("one", prefix: machine)
            try await waitUntil("the other host is reached") { try await reaches("http://10.77.0.3:9000/") }
            try await waitUntil("the other port is reached") { try await reaches("http://10.77.0.2:9001/") }
            let isolated = try await site.outcome(of: try await site.ask("isolate"))
            #expect(isolated.state == .completed, "\(isolated.message ?? "")")
            #expect(try await !reaches("http://10.77.0.3:9000/"))
            #expect(try await !reaches("http://10.77.0.2:9001/"))
            #expect(try await reaches("\(site.url)/readyz"))
            // Nobody reaches the machine either.
            let ping = try await Shell.run(elsewhere + ["ping", "-c", "1", "-W", "1", "10.77.0.1"])
            #expect(ping.status != 0)
            try await waitUntil("the server knows") { try await site.agent().isIsolated }
            // Killed and started again, as after a restart of the machine, where the rules are gone.
            agent.signal(SIGKILL)
            _ = try await agent.end()
            _ = try await Shell.run(machine + ["/usr/sbin/nft", "flush", "ruleset"])
            #expect(try await reaches("http://10.77.0.3:9000/"))
            try site.run("one", prefix: machine)
            try await waitUntil("it is isolated again") { try await !reaches("http://10.77.0.3:9000/") }
            #expect(try await site.outcome(of: try await site.ask("scan")).state == .completed)
            let released = try await site.outcome(of: try await site.ask("release"))
            #expect(released.state == .completed)
            #expect(try await reaches("http://10.77.0.3:9000/"))
            #expect(try await Shell.run(elsewhere + ["ping", "-c", "1", "-W", "5", "10.77.0.1"]).status == 0)
            #expect(try await Shell.run(machine + ["/usr/sbin/nft", "list", "tables"]).output == "")
            // A probe finds who is on this network, within what it may ask.
            let probe = try await site.ask("probe", ["network": "10.77.0.0/29", "ports": "9000", "per_second": "100"])
            #expect(try await site.outcome(of: probe).message?.hasPrefix("6 addresses were asked, ") == true)
            let account = try await site.store.connectors.named("neighbours", tenant: site.tenant)
            try await waitUntil("the neighbours are here") {
                let records = try await site.store.connectors.records(.devices, account.id, tenant: site.tenant)
                return records.contains { $0.report.contains("10.77.0.3") }
            }
        }
        await other.stop()
        await beside.stop()
    }
}
