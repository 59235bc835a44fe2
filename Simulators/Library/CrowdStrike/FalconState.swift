import FoundationEssentials

/// All that changes in a simulated account.
struct FalconState: Sendable {
    var account: FalconAccount
    let faults: FaultPlan
    var fleet: FalconFleet
    var copy = LaggingCopy<FalconFleet>()
    var timelines: [FalconFleet.Kind: FalconTimeline] = [:]
    var assessments = FalconTimeline()
    var dice: FaultDice
    /// Valid until.
    var tokens: [String: Moment] = [:]
    var issued = 0
    var requests = FalconQuota()
    var tokenRequests = FalconQuota()
    var commands: [String: FalconCommand] = [:]
    var sessions: [String: String] = [:]
    var scans: [String: FalconScan] = [:]
    var comments: [String: [String]] = [:]
    /// How often a host was asked to be contained, or not to be.
    var actionCounts: [String: Int] = [:]

    init(_ fleet: FalconFleetSettings, _ account: FalconAccount, _ faults: FaultPlan) {
        self.account = account
        self.faults = faults
        var settings = fleet
        settings.malformed = max(settings.malformed, faults.malformed)
        self.fleet = FalconFleet(settings)
        dice = FaultDice(faults)
    }

    /// By the simulator's clock.
    var now: Moment {
        Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew) * 1000))
    }

    /// A new id, never one that was given out before.
    mutating func nextID(_ digits: Int = 32) -> String {
        issued += 1
        var random = SplitMix(fleet.settings.seed, 9, issued)
        return random.hex(digits)
    }
}

/// Requests within a minute.
struct FalconQuota: Sendable {
    private var minute = 0
    private var used = 0

    /// What is left after one more; negative when there is none.
    mutating func use(_ limit: Int, _ now: Moment) -> Int {
        if minute != now.milliseconds / 60_000 {
            minute = now.milliseconds / 60_000
            used = 0
        }
        used += 1
        return limit - used
    }
}

struct FalconCommand: Sendable {
    let line: String
    let completes: Moment
    /// Its output in pieces.
    let output: [String]
}

struct FalconScan: Sendable {
    let host: String
    let paths: [String]
    let begins: Moment
    let completes: Moment
}
