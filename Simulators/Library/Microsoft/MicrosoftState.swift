import FoundationEssentials

/// All that changes in a simulated directory.
struct MicrosoftState: Sendable {
    /// Whose interface a request is for.
    enum Audience: Sendable { case defender, graph }

    /// Something done to a machine through Defender.
    struct Action: Sendable {
        let id: String
        let type: String
        let machine: Int
        let comment: String
        let created: Moment
        let visible: Moment
        let done: Moment
    }

    /// Something done to a device through Intune.
    struct Result: Sendable {
        let name: String
        let began: Moment
        let done: Moment
    }

    var account: MicrosoftAccount
    let faults: FaultPlan
    let certificate: RegisteredCertificate?
    var fleet: MicrosoftFleet
    var copy = LaggingCopy<MicrosoftFleet>()
    var dice: FaultDice
    var tokens: [String: (audience: Audience, until: Moment)] = [:]
    var issued = 0
    var defenderMinute = MicrosoftQuota(window: 60)
    var defenderHour = MicrosoftQuota(window: 3_600)
    var exportMinute = MicrosoftQuota(window: 60)
    var exportHour = MicrosoftQuota(window: 3_600)
    var scriptMinute = MicrosoftQuota(window: 60)
    var graphWindow = MicrosoftQuota(window: 20)
    var actions: [Action] = []
    var results: [Int: [Result]] = [:]
    var comments: [String: [String]] = [:]
    /// As the client called it, for the addresses of next pages.
    var host = ""

    init(_ fleet: MicrosoftFleetSettings, _ account: MicrosoftAccount, _ faults: FaultPlan) {
        self.account = account
        self.faults = faults
        certificate = account.certificate.flatMap { RegisteredCertificate(pem: $0) }
        var settings = fleet
        settings.malformed = max(settings.malformed, faults.malformed)
        self.fleet = MicrosoftFleet(settings)
        dice = FaultDice(faults)
    }

    /// Seconds that have been let pass beside those of the real clock.
    var passed = 0.0

    /// By the simulator's clock.
    var now: Moment {
        Moment(milliseconds: Int((Date().timeIntervalSince1970 + faults.clockSkew + passed) * 1000))
    }

    /// A new id, never one that was given out before.
    mutating func nextID() -> String {
        issued += 1
        var random = SplitMix(fleet.settings.seed, 9, issued)
        return random.guid()
    }
}
