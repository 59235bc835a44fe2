import FoundationEssentials
import NIOHTTP1
import Synchronization

/// Sophos Central's interface over generated fleets: as strict as the vendor's about tokens, tenants, roles, limits and
/// paging, and as unreliable as it is told to be.
public final class SophosSimulator: Simulator {
    private let state: Mutex<SophosState>

    public init(
        _ fleet: SophosFleetSettings, _ account: SophosAccount = SophosAccount(), _ faults: FaultPlan = .none
    ) {
        state = Mutex(SophosState(fleet, account, faults))
    }

    public func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        state.withLock { state in
            var answer = state.answer(request)
            answer.headers.append(("Date", state.now.httpText))
            return answer
        }
    }

    func withState<Value: Sendable>(_ body: (inout SophosState) -> Value) -> Value { state.withLock { body(&$0) } }
}

/// All that changes in a simulated account.
struct SophosState: Sendable {
    var account: SophosAccount
    let faults: FaultPlan
    var fleet: SophosFleet
    var copy = LaggingCopy<SophosFleet>()
    var dice: FaultDice
    /// Valid until.
    var tokens: [String: Moment] = [:]
    /// Requests of each tenant, by the length of the window and its number.
    var used: [String: Int] = [:]
    var messages: [String: String] = [:]
    /// How often something was asked to be done to an endpoint or an alert.
    var actionCounts: [String: Int] = [:]

    init(_ fleet: SophosFleetSettings, _ account: SophosAccount, _ faults: FaultPlan) {
        self.account = account
        self.faults = faults
        var settings = fleet
        settings.malformed = max(settings.malformed, faults.malformed)
        let now = Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew) * 1000))
        self.fleet = SophosFleet(settings, tenants: account.tenants, now: now)
        dice = FaultDice(faults)
    }

    /// By the simulator's clock.
    var now: Moment { Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew) * 1000)) }

    mutating func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        fleet.settle(now)
        let fault = dice.fault()
        switch fault {
        case .throttled: return SophosEnvelope.error(429, "TooManyRequests", "Rate limit exceeded")
        case .failure(let status): return SophosEnvelope.error(status, "InternalError", "Internal error")
        case .foreign:
            return SimulatedAnswer(
                status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>Sign in</html>".utf8))
        case .lostToken: tokens = [:]
        case .cut, nil: break
        }
        if request.method == .POST, request.path == "/api/v2/oauth2/token" { return issueToken(request) }
        guard let header = request.header("Authorization"), header.hasPrefix("Bearer "),
            tokens[String(header.dropFirst(7))].map({ now < $0 }) == true
        else { return SophosEnvelope.error(401, "Unauthorized", "Invalid or expired token") }
        var answer = replied(request)
        if request.method == .POST, dice.losesAnswer() { answer.cutAfter = 0 }
        if case .cut = fault { answer.cutAfter = dice.cut(answer.body.count) }
        return answer
    }

    /// Questions are answered by a copy that lags behind, at times.
    private mutating func replied(_ request: SimulatedRequest) -> SimulatedAnswer {
        let isQuestion = request.method == .GET
        guard isQuestion, let old = copy.fleet(at: now), dice.isBehind() else { return routed(request) }
        let current = fleet
        defer { fleet = current }
        fleet = old
        return routed(request)
    }

    private mutating func issueToken(_ request: SimulatedRequest) -> SimulatedAnswer {
        func field(_ name: String) -> String? { request.form.first { $0.name == name }?.value }
        guard field("grant_type") == "client_credentials", field("scope") == "token" else {
            return SophosEnvelope.refusedToken("badRequest", "grant_type and scope are required")
        }
        guard field("client_id") == account.clientID, field("client_secret") == account.clientSecret else {
            return SophosEnvelope.refusedToken("oauth.invalid_client_secret", "Client authentication failed")
        }
        var random = SplitMix(fleet.settings.seed, 46, tokens.count, now.milliseconds)
        let token = random.hex(64)
        tokens[token] = now + Double(account.tokenLifetime)
        var json = JSONText()
        json.object { json in
            json.field("access_token", token)
            json.field("refresh_token", random.hex(32))
            json.field("token_type", "bearer")
            json.field("message", "OK")
            json.field("errorCode", "success")
            json.field("expires_in", account.tokenLifetime)
        }
        return .json(200, json)
    }

    /// Whether one more request of a tenant is within its limits.
    mutating func isWithinLimits(_ tenant: String) -> Bool {
        var isWithin = true
        for limit in account.limits {
            let key = "\(tenant) \(limit.seconds) \(now.milliseconds / 1000 / limit.seconds)"
            used[key, default: 0] += 1
            if used[key, default: 0] > limit.requests { isWithin = false }
        }
        return isWithin
    }
}

/// Sophos' error bodies.
enum SophosEnvelope {
    static func error(_ status: Int, _ error: String, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.field("error", error)
            json.field("message", message)
            json.field("correlationId", "9de5069c-5afe-602b-2ea0-a04b66beb2c0")
            json.field("requestId", "9de5069c-5afe-602b-2ea0-a04b66beb2c0")
        }
        return .json(status, json)
    }

    static func refusedToken(_ code: String, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.field("errorCode", code)
            json.field("message", message)
        }
        return .json(400, json)
    }
}
