import Domain
import Glibc
import Store
import TestSupport
import Testing

@Suite("The agent's memory", .database, .blocking)
struct AgentMemoryTests {
    /// Programs that are compiled without optimisation are larger themselves.
    private static let budget = _isDebugAssertConfiguration() ? 60_000_000 : 40_000_000
    private static let packages = 3000

    /// A list of packages is put in the place of the machine's by a mount that only the agent sees.
    private static let canMount =
        (try? Program.run(["/usr/bin/unshare", "--map-root-user", "--mount", "true"]).status) == 0
        && access("/var/lib/dpkg/status", F_OK) == 0

    @Test(
        "it stays below 40 MB while it reports 3,000 packages, what changed of them, and works",
        .enabled(if: canMount, "mount namespaces are not allowed here: no large machine can be shown to the agent"))
    func staysSmall() async throws {
        try await AgentSite.with(AgentSite(TestDatabase.current)) { site in
            try await site.startServer()
            #expect(try await site.enrol("one", token: try await site.token()).status == 0)
            try site.folder.write(status(changed: 0), to: "status")
            let agent = try site.run(
                "one",
                prefix: [
                    "/usr/bin/unshare", "--map-root-user", "--mount", "sh", "-c",
                    #"mount --bind "$0" /var/lib/dpkg/status && exec "$@""#, "\(site.folder.path)/status",
                ], program: [Program.garrisonAgent])
            /// Whether the server's copy has a package.
            func has(_ package: String) async throws -> Bool {
                let known = try await site.store.agents.inventory(of: try await site.agent().id, tenant: site.tenant)
                return known?.document.contains("\"\(package)\"") == true
            }
            try await waitUntil("the inventory is here", seconds: 60) {
                try await has("package-\(Self.packages - 1)")
            }
            for round in 1...3 {
                // In place, not renamed into it: what is mounted is this file.
                try site.folder.write(status(changed: round * 100), to: "status")
                #expect(try await site.outcome(of: try await site.ask("scan")).state == .completed)
                try await waitUntil("the changes are here", seconds: 60) { try await has("changed-\(round * 100 - 1)") }
            }
            let peak = agent.peakBytes
            #expect(peak > 5_000_000 && peak < Self.budget, "\(peak / 1000) kB were resident")
        }
    }

    /// dpkg's status file, an entry as long as they are on average.
    private func status(changed: Int) -> String {
        let words = String(repeating: " A line of the package's description, which nobody reads.\n", count: 14)
        return (0..<Self.packages).map { number in
            """
            Package: \(number < changed ? "changed" : "package")-\(number)
            Status: install ok installed
            Architecture: amd64
            Source: source-\(number / 3)
            Version: \(number % 7).\(number % 11)-\(number % 5)
            Description: the package of this number
            \(words)
            """
        }.joined(separator: "\n")
    }
}
