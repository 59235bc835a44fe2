import Foundation
import Glibc
import TestSupport
import Testing

/// What a stranger sees who types `make run`.
@Suite("The first start", .serialized)
struct QuickstartTests {
    @Test("nothing becomes a server with this host's findings, stops cleanly, and starts again with them")
    func startsFromNothing() async throws {
        let installation = try Installation()
        do {
            try await installation.start("--quickstart")
            let greeting = try #require(installation.server?.complaints)
            #expect(greeting.contains("Garrison is at http://127.0.0.1:\(installation.port)/"))
            #expect(greeting.contains("Sign in as admin@garrison.local with the password "))
            #expect(try await installation.get("/sign-in").status == 200)
            #expect(try await installation.get("/api/endpoints").status == 401)
            let before = try await endpoints(installation)
            #expect(before.count == 1)
            #expect(before.first?["hostname"] as? String == Self.hostname)

            let ended = try #require(try await installation.stop())
            #expect(ended.status == 0)
            #expect(installation.postmaster == nil)

            try await installation.start("--quickstart")
            let again = try await endpoints(installation)
            #expect(again.first?["id"] as? String == before.first?["id"] as? String)
            #expect(again.first?["risk_score"] as? Double == before.first?["risk_score"] as? Double)
        } catch {
            try await installation.remove()
            throw error
        }
        try await installation.remove()
    }

    @Test("a start that is interrupted at any moment leaves no process behind", arguments: [100, 1_500, 4_000, 9_000])
    func interruptedStart(after delay: Int) async throws {
        let installation = try Installation()
        let server = try Program(
            garrison: ["serve", "--listen", "127.0.0.1:\(installation.port)"], environment: installation.environment)
        try await Task.sleep(for: .milliseconds(delay))
        server.signal(SIGINT)
        let ended = try await server.end()
        #expect(ended.status == 0 || ended.status == 1 || delay == 100, "\(ended.complaints)")
        if let postmaster = installation.postmaster { #expect(Glibc.kill(postmaster, 0) != 0) }
        try await installation.remove()
    }

    @Test("a second server on the same data or the same port says what is in the way")
    func refusesDoubles() async throws {
        let installation = try Installation()
        do {
            try await installation.start()
            let data = try await installation.garrison("serve", "--listen", "127.0.0.1:0")
            #expect(data.status == 1)
            #expect(data.complaints.contains("uses \(installation.data)"))
            let other = try Installation()
            let port = try await other.garrison("serve", "--listen", "127.0.0.1:\(installation.port)")
            #expect(port.status == 1)
            #expect(port.complaints.contains("address already in use"))
            try await other.remove()
        } catch {
            try await installation.remove()
            throw error
        }
        try await installation.remove()
    }

    private static let hostname = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init)

    private func endpoints(_ installation: Installation) async throws -> [[String: Any]] {
        let token = try await installation.garrison("token", "create", "--tenant", "local", "--role", "viewer")
        try #require(token.status == 0, "\(token.complaints)")
        let answer = try await installation.get(
            "/api/endpoints", token: token.text.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(answer.status == 200)
        return try answer.objects()
    }
}
