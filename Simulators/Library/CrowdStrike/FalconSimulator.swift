import FoundationEssentials
import NIOHTTP1
import Synchronization

/// CrowdStrike Falcon's interface over a generated fleet: as strict as the vendor's about tokens, permissions, limits,
/// filters and paging, and as unreliable as it is told to be.
public final class FalconSimulator: Simulator {
    private let state: Mutex<FalconState>

    public init(_ fleet: FalconFleetSettings, _ account: FalconAccount = FalconAccount(), _ faults: FaultPlan = .none) {
        state = Mutex(FalconState(fleet, account, faults))
    }

    public func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        state.withLock { state in
            var answer = state.answer(request)
            answer.headers.append(("Date", state.now.httpText))
            answer.headers.append(("X-Cs-Region", state.account.home?.region ?? state.account.region))
            answer.headers.append(("X-Cs-Traceid", "f248f4ee-79fd-4210-afe0-f71805124d64"))
            return answer
        }
    }

    func withState<Value: Sendable>(_ body: (inout FalconState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }
}

extension FalconState {
    mutating func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        if let home = account.home {
            return SimulatedAnswer(status: 308, headers: [("Location", home.url + request.path)])
        }
        fleet.settle(now)
        let fault = dice.fault()
        if let answer = answer(fault) { return answer }
        if request.method == .POST, request.path == "/oauth2/token" { return issueToken(request) }
        if request.method == .POST, request.path == "/oauth2/revoke" { return revokeToken(request) }
        if case .lostToken = fault { tokens = [:] }
        guard isAuthorized(request) else { return FalconEnvelope.error(401, "access denied, invalid bearer token") }
        let left = requests.use(account.quota, now)
        if left < 0 { return throttled(until: now.milliseconds / 60_000 * 60 + 60) }
        var answer = replied(request)
        answer.headers.append(("X-RateLimit-Limit", "\(account.quota)"))
        answer.headers.append(("X-RateLimit-Remaining", "\(left)"))
        let changes = ["/devices-actions/", "/admin-command/", "/scans/"]
        let isChange =
            request.method == .PATCH || request.method == .POST && changes.contains { request.path.contains($0) }
        if isChange, dice.losesAnswer() { answer.cutAfter = 0 }
        if case .cut = fault { answer.cutAfter = dice.cut(answer.body.count) }
        return answer
    }

    /// The faults that leave a request undone.
    private mutating func answer(_ fault: FaultDice.Fault?) -> SimulatedAnswer? {
        switch fault {
        case .throttled: return throttled(until: now.milliseconds / 1000 + faults.throttleSeconds)
        case .failure(let status): return FalconEnvelope.error(status, "internal error")
        case .foreign:
            return SimulatedAnswer(
                status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>Sign in</html>".utf8))
        case .lostToken, .cut, nil: return nil
        }
    }

    /// Questions are answered by a copy that lags behind, at times.
    private mutating func replied(_ request: SimulatedRequest) -> SimulatedAnswer {
        let isQuestion = request.method == .GET || request.path.hasPrefix("/alerts/combined/")
        guard isQuestion, let old = copy.fleet(at: now), dice.isBehind() else { return routed(request) }
        let current = fleet
        defer { fleet = current }
        fleet = old
        return routed(request)
    }

    /// - Parameter second: when to come back, in seconds since 1970 by the simulator's clock.
    private func throttled(until second: Int) -> SimulatedAnswer {
        var answer = FalconEnvelope.error(429, "API rate limit exceeded.")
        answer.headers.append(("X-RateLimit-Limit", "\(account.quota)"))
        answer.headers.append(("X-RateLimit-Remaining", "0"))
        answer.headers.append(("X-RateLimit-RetryAfter", "\(second)"))
        if account.saysRetryAfter {
            answer.headers.append(("Retry-After", "\(max(0, second - now.milliseconds / 1000))"))
        }
        return answer
    }

    private mutating func issueToken(_ request: SimulatedRequest) -> SimulatedAnswer {
        let left = tokenRequests.use(account.tokenQuota, now)
        if left < 0 { return throttled(until: now.milliseconds / 60_000 * 60 + 60) }
        let form = request.form
        func field(_ name: String) -> String? { form.first { $0.name == name }?.value }
        guard let id = field("client_id"), let secret = field("client_secret") else {
            return FalconEnvelope.error(400, "Failed to generate access token - missing client_id or client_secret")
        }
        guard id == account.clientID, secret == account.clientSecret else {
            return FalconEnvelope.error(403, "Failed to issue access token - Not Authorized")
        }
        let token = nextID(64)
        tokens[token] = now + Double(account.tokenLifetime)
        var json = JSONText()
        json.object { json in
            json.field("access_token", token)
            json.field("token_type", "bearer")
            json.field("expires_in", account.tokenLifetime)
        }
        var answer = SimulatedAnswer.json(201, json)
        answer.headers.append(("X-RateLimit-Limit", "\(account.tokenQuota)"))
        answer.headers.append(("X-RateLimit-Remaining", "\(left)"))
        return answer
    }

    private mutating func revokeToken(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let token = request.form.first(where: { $0.name == "token" })?.value else {
            return FalconEnvelope.error(400, "missing token")
        }
        tokens[token] = nil
        return FalconEnvelope.page { _ in }
    }

    private func isAuthorized(_ request: SimulatedRequest) -> Bool {
        guard let header = request.header("Authorization"), header.lowercased().hasPrefix("bearer ") else {
            return false
        }
        return tokens[String(header.dropFirst(7))].map { now < $0 } ?? false
    }
}
