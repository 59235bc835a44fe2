import Connectors
import Domain
import Foundation
import Simulators
import Testing

@Suite("Talking with a vendor")
struct SessionTests {
    private static let hosts = "/devices/combined/devices/v1"

    /// Gives tokens, and hosts as `hosts` says, which gets the number of the question for hosts.
    private func vendor(_ hosts: @escaping @Sendable (SimulatedRequest, Int) -> SimulatedAnswer) -> ScriptedVendor {
        let counter = Counter()
        return ScriptedVendor { request, _ in
            request.path == "/oauth2/token" ? ScriptedVendor.token : hosts(request, counter.next())
        }
    }

    @Test("where no connection may go nothing is sent, by the name or by where a connection really leads")
    func barred() async throws {
        for isToldByName in [true, false] {
            let vendor = vendor { _, _ in ScriptedVendor.noHosts }
            var transport = TransportSettings.quick
            transport.targets = ConnectionTargets(
                host: { isToldByName && $0 == "127.0.0.1" ? "is the lobby" : nil },
                address: { !isToldByName && $0 == "127.0.0.1" ? "is the lobby" : nil })
            try await FalconStage.with(vendor, transport: transport) { stage in
                await #expect(throws: ConnectorError.barred(host: "127.0.0.1", reason: "is the lobby")) {
                    _ = try await stage.first(.devices)
                }
            }
            #expect(vendor.requests.isEmpty)
        }
    }

    @Test("a token is used until shortly before it expires")
    func tokenIsKept() async throws {
        let vendor = vendor { _, _ in ScriptedVendor.noHosts }
        try await FalconStage.with(vendor) { stage in
            for _ in 0..<5 { _ = try await stage.first(.devices) }
        }
        #expect(vendor.requests("/oauth2/token").count == 1)
        #expect(vendor.requests(Self.hosts).allSatisfy { $0.header("Authorization") == "Bearer t" })
    }

    @Test("a token that is about to expire is renewed first")
    func tokenIsRenewed() async throws {
        let vendor = ScriptedVendor { request, _ in
            request.path == "/oauth2/token"
                ? ScriptedVendor.json(#"{"access_token":"t","expires_in":0}"#, status: 201) : ScriptedVendor.noHosts
        }
        try await FalconStage.with(vendor) { stage in
            for _ in 0..<3 { _ = try await stage.first(.devices) }
        }
        #expect(
            vendor.requests.map(\.path) == Array(repeating: ["/oauth2/token", Self.hosts], count: 3).flatMap { $0 })
    }

    @Test("many readers that need a token at once fetch one")
    func oneTokenForMany() async throws {
        let vendor = vendor { _, _ in ScriptedVendor.noHosts }
        try await FalconStage.with(vendor) { stage in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await stage.first(.devices) } }
                try await group.waitForAll()
            }
        }
        #expect(vendor.requests("/oauth2/token").count == 1)
        #expect(vendor.requests(Self.hosts).count == 20)
    }

    @Test("a token that is refused is replaced once; a second refusal is about the credentials")
    func refusedToken() async throws {
        let once = vendor { _, ordinal in ordinal == 0 ? ScriptedVendor.json("{}", status: 401) : ScriptedVendor.noHosts
        }
        try await FalconStage.with(once) { stage in _ = try await stage.first(.devices) }
        #expect(once.requests("/oauth2/token").count == 2)
        let always = vendor { _, _ in ScriptedVendor.json("{}", status: 401) }
        try await FalconStage.with(always) { stage in
            guard case .credentials = await stage.failure() else {
                return #expect(Bool(false), "not about credentials")
            }
        }
        #expect(always.requests(Self.hosts).count == 2)
    }

    @Test("wrong credentials are one request and a sentence")
    func wrongSecret() async throws {
        let body = String(decoding: try fixture("crowdstrike/oauth2_token_403.json"), as: UTF8.self)
        let vendor = ScriptedVendor { _, _ in ScriptedVendor.json(body, status: 403) }
        try await FalconStage.with(vendor, secret: "s3cret-wrong") { stage in
            let failure = await stage.failure()
            #expect(
                failure
                    == .credentials(
                        vendor: "CrowdStrike Falcon", reason: "Failed to issue access token - Not Authorized"))
            #expect(failure?.message.contains("s3cret") == false)
        }
        #expect(vendor.requests.count == 1)
    }

    @Test("a missing permission is named")
    func missingPermission() async throws {
        let vendor = vendor { _, _ in
            ScriptedVendor.json(
                #"{"errors":[{"code":403,"message":"access denied, authorization failed"}]}"#, status: 403)
        }
        try await FalconStage.with(vendor) { stage in
            #expect(
                await stage.failure()
                    == .permission(
                        vendor: "CrowdStrike Falcon", permission: "Hosts: Read",
                        reason: "access denied, authorization failed"))
        }
        #expect(vendor.requests(Self.hosts).count == 1)
    }

    @Test("429 is waited out: as long as the vendor says, by the vendor's clock", arguments: [0.0, 3_600, -3_600])
    func throttling(skew: Double) async throws {
        let vendor = vendor { _, ordinal in
            guard ordinal == 0 else { return ScriptedVendor.noHosts }
            let now = Date().addingTimeInterval(skew)
            return ScriptedVendor.json(
                "{}", status: 429, ("X-RateLimit-RetryAfter", "\(Int(now.timeIntervalSince1970.rounded(.up)) + 1)"),
                ("Date", Self.httpDate(now)))
        }
        try await FalconStage.with(vendor) { stage in
            let start = ContinuousClock.now
            _ = try await stage.first(.devices)
            #expect(ContinuousClock.now - start >= .seconds(0.9))
        }
        #expect(vendor.requests(Self.hosts).count == 2)
    }

    @Test("Retry-After is obeyed, and what is longer than any patience ends the sync")
    func retryAfter() async throws {
        let short = vendor { _, ordinal in
            ordinal == 0 ? ScriptedVendor.json("{}", status: 429, ("Retry-After", "1")) : ScriptedVendor.noHosts
        }
        try await FalconStage.with(short) { stage in
            let start = ContinuousClock.now
            _ = try await stage.first(.devices)
            #expect(ContinuousClock.now - start >= .seconds(0.9))
        }
        let long = vendor { _, _ in ScriptedVendor.json("{}", status: 429, ("Retry-After", "86400")) }
        try await FalconStage.with(long) { stage in
            #expect(await stage.failure() == .throttled(vendor: "CrowdStrike Falcon", seconds: 86_400))
        }
        #expect(long.requests(Self.hosts).count == 1)
    }

    @Test("failures of the vendor are tried again, and not for ever", arguments: [500, 502, 503])
    func serverErrors(status: Int) async throws {
        let burst = vendor { _, ordinal in
            ordinal < 3 ? ScriptedVendor.json("oops", status: status) : ScriptedVendor.noHosts
        }
        try await FalconStage.with(burst) { stage in _ = try await stage.first(.devices) }
        #expect(burst.requests(Self.hosts).count == 4)
        let dead = vendor { _, _ in ScriptedVendor.json("oops", status: status) }
        try await FalconStage.with(dead) { stage in
            guard case .unavailable(_, status, _) = await stage.failure() else {
                return #expect(Bool(false), "not unavailable")
            }
        }
        #expect(dead.requests(Self.hosts).count == TransportSettings.quick.attempts)
    }

    @Test("broken answers are asked for again: cut off, somebody else's, no JSON")
    func brokenAnswers() async throws {
        let vendor = vendor { _, ordinal in
            var answer = ScriptedVendor.noHosts
            switch ordinal {
            case 0: answer.cutAfter = 20
            case 1: answer.cutAfter = 0
            case 2: answer.body = Array("<html>Sign in</html>".utf8)
            case 3: answer.body.removeLast(3)
            default: break
            }
            return answer
        }
        try await FalconStage.with(vendor) { stage in
            let batch = try await stage.first(.devices)
            #expect(batch.reports == .devices([]))
        }
        #expect(vendor.requests(Self.hosts).count == 5)
    }

    @Test("an answer without an end in size is left")
    func tooLarge() async throws {
        let vendor = vendor { _, _ in SimulatedAnswer(status: 200, body: Array(repeating: 0x20, count: 200_000)) }
        var transport = TransportSettings.quick
        transport.largestAnswer = 100_000
        try await FalconStage.with(vendor, transport: transport) { stage in
            #expect(await stage.failure() == .tooLarge(host: "127.0.0.1", limit: 100_000))
        }
        #expect(vendor.requests(Self.hosts).count == 1)
    }

    @Test("nobody at the address is a sentence about the address")
    func unreachable() async throws {
        try await FalconStage.with(
            vendor { _, _ in ScriptedVendor.noHosts }, settings: ["base_url": "http://127.0.0.1:9"]
        ) {
            stage in
            guard case .unreachable("127.0.0.1", _) = await stage.failure() else {
                return #expect(Bool(false), "not unreachable")
            }
        }
    }

    private static func httpDate(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: date)
    }
}
