import FoundationEssentials
import NIOHTTP1
import Synchronization

/// Microsoft's identity platform, Defender for Endpoint and Graph over a generated fleet: as strict as the vendor's about
/// tokens, permissions, limits, filters and paging, and as unreliable as it is told to be.
public final class MicrosoftSimulator: Simulator {
    private let state: Mutex<MicrosoftState>

    public init(
        _ fleet: MicrosoftFleetSettings, _ account: MicrosoftAccount = MicrosoftAccount(), _ faults: FaultPlan = .none
    ) {
        state = Mutex(MicrosoftState(fleet, account, faults))
    }

    public func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        state.withLock { state in
            var answer = state.answer(request)
            answer.headers.append(("Date", state.now.httpText))
            answer.headers.append(("request-id", MicrosoftErrors.target))
            return answer
        }
    }

    /// Lets time pass for the simulator.
    public func advance(seconds: Double) { state.withLock { $0.passed += seconds } }

    func withState<Value: Sendable>(_ body: (inout MicrosoftState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }
}

extension MicrosoftState {
    mutating func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        host = request.header("Host") ?? "localhost"
        let fault = dice.fault()
        let audience: Audience? =
            request.path.hasPrefix("/api/")
            ? .defender
            : request.path.hasPrefix("/v1.0/") || request.path.hasPrefix("/beta/") ? .graph : nil
        if let answer = answer(fault, audience) { return answer }
        if request.path.hasSuffix("/oauth2/v2.0/token") { return issueToken(request) }
        if request.path.hasPrefix("/live-response/") { return scriptOutput(request) }
        guard let audience else { return SimulatedAnswer(status: 404) }
        if case .lostToken = fault { tokens = [:] }
        guard isAuthorized(request, audience) else {
            return audience == .defender
                ? MicrosoftErrors.defender(401, "Unauthorized", "The token is not valid or has expired.")
                : MicrosoftErrors.graph(
                    401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        }
        if let seconds = excess(request, audience) { return throttled(seconds, audience) }
        var answer = replied(request)
        let isChange =
            request.method == .PATCH || request.method == .POST && !request.path.hasSuffix("/$batch")
        if isChange, dice.losesAnswer() { answer.cutAfter = 0 }
        if case .cut = fault { answer.cutAfter = dice.cut(answer.body.count) }
        return answer
    }

    /// Questions are answered by a copy that lags behind, at times.
    private mutating func replied(_ request: SimulatedRequest) -> SimulatedAnswer {
        // Machine actions are about machines of now.
        let isQuestion =
            request.method == .GET && !request.path.hasPrefix("/api/machineactions")
            || request.path.hasSuffix("/$batch")
        guard isQuestion, let old = copy.fleet(at: now), dice.isBehind() else { return routed(request) }
        let current = fleet
        defer { fleet = current }
        fleet = old
        return routed(request)
    }

    /// The faults that leave a request undone.
    private mutating func answer(_ fault: FaultDice.Fault?, _ audience: Audience?) -> SimulatedAnswer? {
        switch fault {
        case .throttled: return throttled(faults.throttleSeconds, audience ?? .graph)
        case .failure(let status):
            return audience == .defender
                ? MicrosoftErrors.defender(status, "InternalServerError", "Please retry.")
                : MicrosoftErrors.graph(status, "InternalServerError", "An internal server error has occurred")
        case .foreign:
            return SimulatedAnswer(
                status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>Sign in</html>".utf8))
        case .lostToken, .cut, nil: return nil
        }
    }

    private func throttled(_ seconds: Int, _ audience: Audience) -> SimulatedAnswer {
        var answer =
            audience == .defender
            ? MicrosoftErrors.defender(429, "TooManyRequests", "API calls quota exceeded.")
            : MicrosoftErrors.graph(429, "TooManyRequests", "Too many requests.")
        if audience == .defender || account.graphSaysRetryAfter {
            answer.headers.append(("Retry-After", "\(seconds)"))
        }
        return answer
    }

    /// Seconds to wait when this request is one too many.
    private mutating func excess(_ request: SimulatedRequest, _ audience: Audience) -> Int? {
        guard audience == .defender else { return graphWindow.use(account.graphQuota, now) }
        if request.path.hasSuffix("/runliveresponse"), let seconds = scriptMinute.use(account.scriptQuota, now) {
            return seconds
        }
        if request.path.hasSuffix("ByMachine") {
            return exportMinute.use(account.exportQuota.minute, now) ?? exportHour.use(account.exportQuota.hour, now)
        }
        return defenderMinute.use(account.defenderQuota.minute, now)
            ?? defenderHour.use(account.defenderQuota.hour, now)
    }

    private func isAuthorized(_ request: SimulatedRequest, _ audience: Audience) -> Bool {
        guard let header = request.header("Authorization"), header.lowercased().hasPrefix("bearer "),
            let token = tokens[String(header.dropFirst(7))]
        else { return false }
        return token.audience == audience && now < token.until
    }
}
