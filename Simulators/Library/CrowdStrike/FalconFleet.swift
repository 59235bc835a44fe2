/// The machines of a simulated account and what Falcon knows of them. Made from a seed: equal seeds give equal fleets of
/// any size, and only what can change is kept in memory.
struct FalconFleet: Sendable {
    struct Host: Sendable {
        let id: String
        let number: Int
        var revision = 0
        var status = "normal"
        var modified: Moment
        var isGone = false
        /// What will come about, and when.
        var transitions: [(at: Moment, status: String)] = []
    }

    /// An application, vulnerability or alert on a host.
    struct Item: Sendable {
        let host: Int
        let number: Int
        var revision = 0
        var status: String
        let created: Moment
        var updated: Moment
        var isGone = false
    }

    enum Kind: Int, Sendable, CaseIterable { case hosts, applications, vulnerabilities, alerts }

    let settings: FalconFleetSettings
    let cid: String
    private(set) var hosts: [Host] = []
    private(set) var items: [Kind: [Item]] = [:]
    private var byID: [String: Int] = [:]
    private var moving: Set<Int> = []
    /// Counts changes, so that what is computed from the fleet can be kept.
    private(set) var generation = 0

    /// 2026-01-01, when the fleet's past ends.
    static let epoch = Moment(milliseconds: 1_767_225_600_000)

    /// When the past of this fleet ends.
    var epoch: Moment { settings.estate?.epoch ?? Self.epoch }

    init(_ settings: FalconFleetSettings) {
        self.settings = settings
        var random = SplitMix(settings.seed)
        cid = random.hex(32)
        for _ in 0..<settings.devices { add(at: nil) }
    }

    func index(of id: String) -> Int? { byID[id].flatMap { hosts[$0].isGone ? nil : $0 } }

    /// A new machine with everything on it.
    ///
    /// - Parameter moment: when; nil in the past.
    mutating func add(at moment: Moment?) {
        let number = hosts.count
        var random = SplitMix(settings.seed, 1, number)
        let host = Host(id: random.hex(32), number: number, modified: moment ?? lastSeen(&random))
        byID[host.id] = number
        hosts.append(host)
        for (kind, count, status) in [
            (Kind.applications, settings.applicationsPerDevice, ""),
            (
                .vulnerabilities, settings.estate?.weaknesses(of: number) ?? settings.vulnerabilitiesPerDevice, "open"
            ),
            (.alerts, random.chance(settings.alertsPerDevice) ? 1 : 0, "new"),
        ] {
            for detail in 0..<count {
                let created = moment ?? past(&random)
                items[kind, default: []].append(
                    Item(host: number, number: detail, status: status, created: created, updated: created))
            }
        }
        generation += 1
    }

    /// The machine leaves Falcon; its alerts stay.
    mutating func remove(_ host: Int) {
        hosts[host].isGone = true
        for kind in [Kind.applications, .vulnerabilities] {
            for index in (items[kind] ?? []).indices where items[kind]?[index].host == host {
                items[kind]?[index].isGone = true
            }
        }
        generation += 1
    }

    /// Something about a host changes: its name, its sensor's version.
    mutating func revise(_ host: Int, at moment: Moment) {
        hosts[host].revision += 1
        hosts[host].modified = moment
        generation += 1
    }

    mutating func change(_ kind: Kind, _ index: Int, at moment: Moment, _ body: (inout Item) -> Void) {
        guard var item = items[kind]?[index] else { return }
        item.updated = moment
        body(&item)
        items[kind]?[index] = item
        generation += 1
    }

    /// A host will have these statuses at these moments.
    mutating func plan(_ host: Int, _ transitions: [(at: Moment, status: String)]) {
        hosts[host].transitions = transitions
        moving.insert(host)
    }

    /// What was due until now has come about.
    mutating func settle(_ now: Moment) {
        for host in moving {
            while let next = hosts[host].transitions.first, next.at <= now {
                hosts[host].status = next.status
                hosts[host].modified = next.at
                hosts[host].transitions.removeFirst()
                generation += 1
            }
            if hosts[host].transitions.isEmpty { moving.remove(host) }
        }
    }

    /// Whether a record is one that is sent with a value of the wrong kind.
    func isMalformed(_ kind: Kind, _ index: Int) -> Bool {
        var random = SplitMix(settings.seed, 100 + kind.rawValue, index)
        return random.chance(settings.malformed)
    }

    private func past(_ random: inout SplitMix) -> Moment {
        Moment(milliseconds: epoch.milliseconds - Int.random(in: 1...7_776_000_000, using: &random))
    }

    private func lastSeen(_ random: inout SplitMix) -> Moment {
        settings.estate?.lastSeen(&random) ?? past(&random)
    }
}

/// What a simulated fleet looks like.
public struct FalconFleetSettings: Sendable {
    public var devices = 100
    public var seed: UInt64 = 1
    public var applicationsPerDevice = 8
    public var vulnerabilitiesPerDevice = 4
    /// Of devices that have an alert.
    public var alertsPerDevice = 0.3
    /// Of records that are malformed for good.
    public var malformed = 0.0
    /// Whose machines they are; nil for machines that no other vendor knows.
    public var estate: Estate?

    public init() {}
}
