/// The endpoints of a simulated console and what it knows of them. Made from a seed: equal seeds give equal fleets.
struct SentinelOneFleet: Sendable {
    struct Agent: Sendable {
        let id: String
        let number: Int
        let site: Int
        var revision = 0
        var network = "connected"
        var updated: Moment
        var isGone = false
        /// Of its applications.
        var revisions: [Int]
        var scan = "none"
        var scanFinished: Moment?
        /// What will come about, and when.
        var plans: [Plan] = []
    }

    struct Plan: Sendable {
        let at: Moment
        let change: Change
    }

    enum Change: Sendable {
        case network(String)
        case scan(String)
    }

    struct Risk: Sendable {
        let agent: Int
        let number: Int
        var status = "active"
        var detected: Moment
    }

    struct Threat: Sendable {
        let agent: Int
        let created: Moment
        var updated: Moment
        var incident = "unresolved"
        var verdict = "undefined"
        var mitigation: String
        var notes: [String] = []
    }

    enum Kind: Int, Sendable { case agents, applications, risks, threats }

    let settings: SentinelOneFleetSettings
    let sites: Int
    var agents: [Agent] = []
    var risks: [Risk] = []
    var threats: [Threat] = []

    /// 2026-01-01, when the fleet's past ends.
    static let epoch = Moment(milliseconds: 1_767_225_600_000)

    /// When the past of this fleet ends.
    var epoch: Moment { settings.estate?.epoch ?? Self.epoch }

    init(_ settings: SentinelOneFleetSettings, sites: Int) {
        self.settings = settings
        self.sites = max(1, sites)
        for _ in 0..<settings.devices { add(at: nil) }
    }

    /// A new machine with everything on it.
    ///
    /// - Parameter moment: when; nil in the past.
    mutating func add(at moment: Moment?) {
        let number = agents.count
        var random = SplitMix(settings.seed, 21, number)
        agents.append(
            Agent(
                id: identifier(1, number), number: number, site: number % sites,
                updated: moment ?? lastSeen(&random),
                revisions: Array(repeating: 0, count: settings.applicationsPerDevice)))
        for detail in 0..<(settings.estate?.weaknesses(of: number) ?? settings.risksPerDevice) {
            risks.append(Risk(agent: number, number: detail, detected: moment ?? past(&random)))
        }
        if random.chance(settings.threatsPerDevice) {
            let created = moment ?? past(&random)
            threats.append(
                Threat(
                    agent: number, created: created, updated: created,
                    mitigation: random.pick(["mitigated", "not_mitigated", "marked_as_benign"])))
        }
    }

    /// The machine leaves the console; its threats stay.
    mutating func remove(_ agent: Int, at moment: Moment) {
        agents[agent].isGone = true
        agents[agent].updated = moment
    }

    /// What was due until now has come about.
    mutating func settle(_ now: Moment) {
        for index in agents.indices where !agents[index].plans.isEmpty {
            while let plan = agents[index].plans.first, plan.at <= now {
                agents[index].plans.removeFirst()
                agents[index].updated = plan.at
                switch plan.change {
                case .network(let status): agents[index].network = status
                case .scan(let status):
                    agents[index].scan = status
                    if status == "finished" { agents[index].scanFinished = plan.at }
                }
            }
        }
    }

    func isMalformed(_ kind: Kind, _ index: Int) -> Bool {
        var random = SplitMix(settings.seed, 120 + kind.rawValue, index)
        return random.chance(settings.malformed)
    }

    /// 19 digits, more than a number of a browser holds.
    func identifier(_ kind: Int, _ index: Int) -> String {
        var random = SplitMix(settings.seed, 30 + kind, index)
        return "\(1_000_000_000_000_000_000 + Int.random(in: 0..<700_000_000_000_000_000, using: &random))"
    }

    func riskID(_ index: Int) -> String { identifier(2, index) }
    func threatID(_ index: Int) -> String { identifier(3, index) }

    private func past(_ random: inout SplitMix) -> Moment {
        Moment(milliseconds: epoch.milliseconds - Int.random(in: 1...7_776_000_000, using: &random))
    }

    private func lastSeen(_ random: inout SplitMix) -> Moment {
        settings.estate?.lastSeen(&random) ?? past(&random)
    }
}
