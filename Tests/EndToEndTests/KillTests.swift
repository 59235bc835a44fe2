import Foundation
import Glibc
import TestSupport
import Testing

/// Whatever dies, and when: after a restart everything is as if nothing had.
@Suite("Kill -9", .serialized)
struct KillTests {
    private static let machines = 1_500
    private static let idle = "SELECT count(*)::text FROM jobs WHERE state IN ('queued', 'running')"

    @Test(
        "importers, the server and PostgreSQL are killed in mid-import and mid-scan; the result is an undisturbed run's"
    )
    func killsChangeNothing() async throws {
        let installation = try Installation()
        do {
            try await installation.start()
            let file = try installation.folder.write(Fleet.inventories(Self.machines), to: "fleet.ndjson")
            let expected = try await undisturbed(installation, file)
            #expect(expected.hasPrefix("\(Self.machines) "))
            try await disturbed(installation, file)
            let answer = try await installation.column(Fleet.fingerprint("disturbed")).first
            #expect(answer == expected)
        } catch {
            try await installation.remove()
            throw error
        }
        try await installation.remove()
    }

    @Test("the server is killed while findings follow an import; the result is that of a whole scan")
    func killedWhileFollowing() async throws {
        let installation = try Installation()
        do {
            try await installation.start()
            let file = try installation.folder.write(Fleet.inventories(Self.machines), to: "fleet.ndjson")
            try await succeed(installation.garrison("tenant", "create", "follower"))
            try await succeed(installation.garrison("import", "--tenant", "follower", file))
            try await installation.wait(for: "0", in: Self.idle)
            for (number, delay) in [20, 150].enumerated() {
                let feed = try installation.folder.write(Fleet.advisory(number), to: "advisory-\(number).json")
                try await succeed(installation.garrison("intel", "import", "osv", feed))
                try await Task.sleep(for: .milliseconds(delay))
                try await installation.kill()
                try await installation.start()
                try await installation.wait(for: "0", in: Self.idle)
                let affected = try await installation.column(Fleet.affected(number)).first
                #expect(affected == "\(Self.machines)")
            }
            let followed = try await installation.column(Fleet.fingerprint("follower")).first
            try await succeed(installation.garrison("scan", "--tenant", "follower"))
            let scanned = try await installation.column(Fleet.fingerprint("follower")).first
            #expect(followed == scanned)
        } catch {
            try await installation.remove()
            throw error
        }
        try await installation.remove()
    }

    private func undisturbed(_ installation: Installation, _ file: String) async throws -> String {
        try await succeed(installation.garrison("tenant", "create", "undisturbed"))
        try await succeed(installation.garrison("import", "--tenant", "undisturbed", file))
        try await installation.wait(for: "0", in: Self.idle)
        return try await installation.column(Fleet.fingerprint("undisturbed")).first ?? ""
    }

    private func disturbed(_ installation: Installation, _ file: String) async throws {
        try await succeed(installation.garrison("tenant", "create", "disturbed"))
        for delay in [120, 400, 900] {
            let importer = try Program(
                garrison: ["import", "--tenant", "disturbed", file], environment: installation.environment)
            try await Task.sleep(for: .milliseconds(delay))
            importer.signal(SIGKILL)
            _ = try await importer.end()
        }
        try await killServerDuring(["import", "--tenant", "disturbed", file], installation, after: 500)
        try await killPostgresDuring(["import", "--tenant", "disturbed", file], installation, after: 700)
        try await succeed(installation.garrison("import", "--tenant", "disturbed", file))
        try await killServerDuring(["scan", "--tenant", "disturbed"], installation, after: 300)
        try await killPostgresDuring(["scan", "--tenant", "disturbed"], installation, after: 300)
        try await installation.wait(for: "0", in: Self.idle)
        try await succeed(installation.garrison("scan", "--tenant", "disturbed"))
    }

    /// The server's PostgreSQL outlives it, so the command may well succeed.
    private func killServerDuring(_ command: [String], _ installation: Installation, after delay: Int) async throws {
        let running = try Program(garrison: command, environment: installation.environment)
        try await Task.sleep(for: .milliseconds(delay))
        try await installation.kill()
        // The next start stops the PostgreSQL that was left behind.
        try await installation.start()
        let ended = try await running.end()
        #expect(ended.status == 0 || !ended.complaints.isEmpty)
    }

    /// The server starts another one; the command fails with a sentence, or was done before.
    private func killPostgresDuring(_ command: [String], _ installation: Installation, after delay: Int) async throws {
        let running = try Program(garrison: command, environment: installation.environment)
        try await Task.sleep(for: .milliseconds(delay))
        let postmaster = try #require(installation.postmaster)
        Glibc.kill(postmaster, SIGKILL)
        let ended = try await running.end()
        #expect(ended.status == 0 || (ended.status == 1 && ended.complaints.contains("garrison: ")))
        try await installation.wait(for: "ok", in: "SELECT 'ok' WHERE NOT pg_is_in_recovery()")
        #expect(installation.server?.isRunning == true)
    }

    private func succeed(_ ended: Program.Ended) throws {
        try #require(ended.status == 0, "\(ended.complaints)")
    }
}
