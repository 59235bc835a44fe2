import FoundationEssentials
import NIOHTTP1
import Synchronization

/// An EDR that nobody has heard of: every listing is paged in another way, ids and words are its own, and moments are
/// written in several forms. It shows what a declaration can describe.
public final class UnknownEDR: Simulator {
    private let state: Mutex<UnknownState>

    public init(_ settings: UnknownEDRSettings = UnknownEDRSettings(), _ faults: FaultPlan = .none) {
        state = Mutex(UnknownState(settings, faults))
    }

    public func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        state.withLock { state in
            var answer = state.answer(request)
            answer.headers.append(("Date", state.now.httpText))
            return answer
        }
    }

    func withState<Value: Sendable>(_ body: (inout UnknownState) -> Value) -> Value { state.withLock { body(&$0) } }
}

/// What an unknown EDR is like.
public struct UnknownEDRSettings: Sendable {
    /// How requests say who they are from.
    public enum Access: Sendable { case bearer, basic, key, token }

    public var access = Access.token
    public var user = "garrison"
    public var secret = "garrison-simulated-secret"
    public var machines = 30
    public var seed: UInt64 = 1
    /// Seconds until an action has come about.
    public var actionDelay = 0.0
    /// Another host that the next page is said to be on.
    public var strayHost: String?

    public init() {}
}

/// What a perfect reader would know of it.
public struct UnknownTruth: Sendable, Hashable {
    /// Name and isolation by id.
    public var machines: [String: String] = [:]
    /// Version by id.
    public var packages: [String: String] = [:]
    /// Status by id.
    public var weaknesses: [String: String] = [:]
    public var detections: [String: String] = [:]
    /// Whether the disk is encrypted, by machine.
    public var checks: [String: Bool] = [:]
    public var malformed: Set<String> = []

    public init() {}
}

struct UnknownState: Sendable {
    struct Machine: Sendable {
        let id: String
        let number: Int
        var revision = 0
        var seen: Moment
        var isGone = false
        var network = "open"
        var closes: Moment?
        var isWantedClosed = false
    }

    struct Detection: Sendable {
        let machine: Int
        var phase = 0
        var changed: Moment
    }

    struct Job: Sendable {
        let machine: Int
        let ends: Moment
    }

    let settings: UnknownEDRSettings
    let faults: FaultPlan
    var machines: [Machine] = []
    var detections: [Detection] = []
    /// Of the package on each machine.
    var releases: [Int] = []
    /// Whether the weakness of a machine is mended.
    var mended: [Bool] = []
    var jobs: [String: Job] = [:]
    var tokens: Set<String> = []
    var dice: FaultDice
    var actionCounts: [String: Int] = [:]

    init(_ settings: UnknownEDRSettings, _ faults: FaultPlan) {
        self.settings = settings
        self.faults = faults
        dice = FaultDice(faults)
        for _ in 0..<settings.machines { add(at: nil) }
    }

    /// By the simulator's clock.
    var now: Moment { Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew) * 1000)) }

    mutating func add(at moment: Moment?) {
        let number = machines.count
        var random = SplitMix(settings.seed, 61, number)
        let past = Moment(milliseconds: 1_767_225_600_000 - Int.random(in: 1...7_776_000_000, using: &random))
        machines.append(Machine(id: "m-\(random.hex(10))", number: number, seen: moment ?? past))
        releases.append(0)
        mended.append(false)
        if number % 3 == 0 { detections.append(Detection(machine: number, changed: moment ?? past)) }
    }

    func isMalformed(_ kind: Int, _ index: Int) -> Bool {
        var random = SplitMix(settings.seed, 160 + kind, index)
        return random.chance(faults.malformed)
    }

    mutating func settle() {
        for index in machines.indices {
            guard let moment = machines[index].closes, moment <= now else { continue }
            machines[index].network = machines[index].isWantedClosed ? "closed" : "open"
            machines[index].closes = nil
            machines[index].seen = max(machines[index].seen, moment)
        }
    }

    mutating func answer(_ request: SimulatedRequest) -> SimulatedAnswer {
        settle()
        let fault = dice.fault()
        switch fault {
        case .throttled: return problem(429, "slow down")
        case .failure(let status): return problem(status, "it broke")
        case .foreign: return SimulatedAnswer(status: 200, body: Array("<html>Sign in</html>".utf8))
        case .lostToken: tokens = []
        case .cut, nil: break
        }
        if request.method == .POST, request.path == "/oauth2/token" { return issueToken(request) }
        guard isAuthorized(request) else { return problem(401, "who are you?") }
        var answer = routed(request)
        if request.method == .POST, request.path.hasPrefix("/v1/machines/"), dice.losesAnswer() { answer.cutAfter = 0 }
        if case .cut = fault { answer.cutAfter = dice.cut(answer.body.count) }
        return answer
    }

    private func isAuthorized(_ request: SimulatedRequest) -> Bool {
        let authorization = request.header("Authorization")
        switch settings.access {
        case .bearer: return authorization == "Bearer \(settings.secret)"
        case .basic:
            let pair = Data("\(settings.user):\(settings.secret)".utf8).base64EncodedString()
            return authorization == "Basic \(pair)"
        case .key: return request.header("X-Api-Key") == "key \(settings.secret)"
        case .token: return authorization.map { tokens.contains($0) } ?? false
        }
    }

    private mutating func issueToken(_ request: SimulatedRequest) -> SimulatedAnswer {
        func field(_ name: String) -> String? { request.form.first { $0.name == name }?.value }
        guard field("client_id") == settings.user, field("client_secret") == settings.secret,
            field("grant_type") == "client_credentials", field("scope") == "read write"
        else { return problem(400, "bad client") }
        var random = SplitMix(settings.seed, 62, now.milliseconds)
        let token = random.hex(32)
        tokens.insert("Bearer \(token)")
        var json = JSONText()
        json.object { json in
            json.field("access_token", token)
            json.field("expires_in", 3_600)
        }
        return .json(200, json)
    }

    func problem(_ status: Int, _ words: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in json.object("problem") { $0.field("words", words) } }
        return .json(status, json)
    }
}
