import FoundationEssentials
import NIOHTTP1
import Synchronization

/// SentinelOne's management interface over a generated fleet: as strict as the vendor's about tokens, permissions, limits
/// and paging, and as unreliable as it is told to be.
public final class SentinelOneSimulator: Simulator {
    private let state: Mutex<SentinelOneState>

    public init(
        _ fleet: SentinelOneFleetSettings, _ account: SentinelOneAccount = SentinelOneAccount(),
        _ faults: FaultPlan = .none
    ) {
        state = Mutex(SentinelOneState(fleet, account, faults))
    }

    public func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        state.withLock { state in
            var answer = state.answer(request)
            answer.headers.append(("Date", state.now.httpText))
            return answer
        }
    }

    /// Lets time pass for the simulator.
    public func advance(seconds: Double) { state.withLock { $0.passed += seconds } }

    func withState<Value: Sendable>(_ body: (inout SentinelOneState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }
}

/// All that changes in a simulated console.
struct SentinelOneState: Sendable {
    var account: SentinelOneAccount
    let faults: FaultPlan
    var fleet: SentinelOneFleet
    var copy = LaggingCopy<SentinelOneFleet>()
    var dice: FaultDice
    var requests = FalconQuota()
    var tasks: [String: SentinelOneTask] = [:]
    /// How often an endpoint was asked to be cut off, or not to be.
    var actionCounts: [String: Int] = [:]

    init(_ fleet: SentinelOneFleetSettings, _ account: SentinelOneAccount, _ faults: FaultPlan) {
        self.account = account
        self.faults = faults
        var settings = fleet
        settings.malformed = max(settings.malformed, faults.malformed)
        self.fleet = SentinelOneFleet(settings, sites: account.sites)
        dice = FaultDice(faults)
    }

    /// Seconds that have been let pass beside those of the real clock.
    var passed = 0.0

    /// By the simulator's clock.
    var now: Moment {
        Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew + passed) * 1000))
    }

    mutating func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        fleet.settle(now)
        let fault = dice.fault()
        switch fault {
        case .throttled: return SentinelOneEnvelope.error(429, 4_290_010, "Too many requests")
        case .failure(let status): return SentinelOneEnvelope.error(status, status * 10_000 + 10, "Internal error")
        case .foreign:
            return SimulatedAnswer(
                status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>Sign in</html>".utf8))
        case .lostToken: return SentinelOneEnvelope.error(401, 4_010_010, "Authentication Failed")
        case .cut, nil: break
        }
        guard request.header("Authorization") == "ApiToken \(account.token)", account.tokenLifetime > 0 else {
            return SentinelOneEnvelope.error(401, 4_010_010, "Authentication Failed")
        }
        guard requests.use(account.quota, now) >= 0 else {
            return SentinelOneEnvelope.error(429, 4_290_010, "Too many requests")
        }
        var answer = replied(request)
        let questions = ["/users/api-token-details"]
        if request.method == .POST, !questions.contains(where: { request.path.hasSuffix($0) }), dice.losesAnswer() {
            answer.cutAfter = 0
        }
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
}

/// A script that was sent to an endpoint.
struct SentinelOneTask: Sendable {
    let script: String
    let parameters: String
    let fails: Bool
    let begins: Moment
    let completes: Moment
}

/// What everything of SentinelOne comes in.
enum SentinelOneEnvelope {
    static func error(_ status: Int, _ code: Int, _ title: String, _ detail: String? = nil) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.array("errors") { json in
                json.object { json in
                    json.field("code", code)
                    if let detail { json.field("detail", detail) } else { json.null("detail") }
                    json.field("title", title)
                }
            }
        }
        return .json(status, json)
    }

    static func invalid(_ detail: String) -> SimulatedAnswer { error(400, 4_000_010, "Validation Error", detail) }

    static func data(_ body: (inout JSONText) -> Void) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in json.object("data", body) }
        return .json(200, json)
    }

    static func affected(_ count: Int) -> SimulatedAnswer { data { $0.field("affected", count) } }
}
