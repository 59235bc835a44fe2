/// The endpoints of all tenants of a simulated account. Made from a seed: equal seeds give equal fleets.
struct SophosFleet: Sendable {
    struct Endpoint: Sendable {
        let id: String
        let number: Int
        let tenant: Int
        var revision = 0
        var seen: Moment
        var isGone = false
        /// What a person wants, and what is.
        var isWantedIsolated = false
        var isIsolated = false
        /// When what is wanted is so.
        var isolates: Moment?
        /// When scans are over.
        var scans: [Moment] = []
    }

    struct Alert: Sendable {
        let id: String
        let endpoint: Int
        let raised: Moment
        let allowed: [String]
        var isGone = false
        /// When it is there no more.
        var goes: Moment?
    }

    struct Event: Sendable {
        let id: String
        let endpoint: Int
        let type: String
        let severity: String
        let created: Moment
    }

    enum Kind: Int, Sendable { case endpoints, alerts, events }

    let settings: SophosFleetSettings
    let tenants: [String]
    var endpoints: [Endpoint] = []
    var alerts: [Alert] = []
    var events: [Event] = []

    /// - Parameter now: what the past is before.
    init(_ settings: SophosFleetSettings, tenants: Int, now: Moment) {
        self.settings = settings
        self.tenants = (0..<max(1, tenants)).map { Self.identifier(settings.seed, 40, $0) }
        for tenant in self.tenants.indices {
            for _ in 0..<settings.devices { add(to: tenant, seen: nil, now) }
        }
    }

    /// A new machine with everything about it.
    mutating func add(to tenant: Int, seen: Moment?, _ now: Moment) {
        let number = endpoints.count
        var random = SplitMix(settings.seed, 41, number)
        let past = now + -Double.random(in: 60...2_592_000, using: &random)
        endpoints.append(
            Endpoint(
                id: Self.identifier(settings.seed, 42, number), number: number, tenant: tenant,
                seen: seen ?? settings.estate?.lastSeen(&random) ?? past))
        if random.chance(settings.alertsPerDevice) { raise(number, at: seen ?? past) }
        if random.chance(settings.eventsPerDevice) {
            let created = now + -Double.random(in: 60...80_000, using: &random)
            tell(number, random.pick(Self.types), random.pick(Self.severities), at: seen ?? created)
        }
    }

    mutating func raise(_ endpoint: Int, at moment: Moment) {
        let allowed = alerts.count % 3 == 0 ? ["clearThreat"] : alerts.count % 7 == 1 ? [] : ["acknowledge"]
        alerts.append(
            Alert(
                id: Self.identifier(settings.seed, 43, alerts.count), endpoint: endpoint, raised: moment,
                allowed: allowed))
    }

    mutating func tell(_ endpoint: Int, _ type: String, _ severity: String, at moment: Moment) {
        let id = Self.identifier(settings.seed, 44, events.count)
        events.append(Event(id: id, endpoint: endpoint, type: type, severity: severity, created: moment))
    }

    private static let types = [
        "Event::Endpoint::Threat::Detected", "Event::Endpoint::Threat::CleanedUp", "Event::Endpoint::UpdateSuccess",
    ]
    private static let severities = ["none", "low", "medium", "high", "critical"]

    /// What was due until now has come about.
    mutating func settle(_ now: Moment) {
        for index in endpoints.indices {
            if let moment = endpoints[index].isolates, moment <= now {
                endpoints[index].isIsolated = endpoints[index].isWantedIsolated
                endpoints[index].isolates = nil
                endpoints[index].seen = max(endpoints[index].seen, moment)
            }
            while let end = endpoints[index].scans.first, end <= now {
                endpoints[index].scans.removeFirst()
                tell(index, "Event::Endpoint::SavScanComplete", "none", at: end)
            }
        }
        for index in alerts.indices {
            if let moment = alerts[index].goes, moment <= now { alerts[index].isGone = true }
        }
    }

    func isMalformed(_ kind: Kind, _ index: Int) -> Bool {
        var random = SplitMix(settings.seed, 140 + kind.rawValue, index)
        return random.chance(settings.malformed)
    }

    private static func identifier(_ seed: UInt64, _ kind: Int, _ index: Int) -> String {
        var random = SplitMix(seed, kind, index)
        return "\(random.hex(8))-\(random.hex(4))-4\(random.hex(3))-a\(random.hex(3))-\(random.hex(12))"
    }
}
