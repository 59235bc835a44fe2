/// What a perfect reader would know: the simulated account without the records that cannot be read.
public struct FalconTruth: Sendable, Hashable {
    /// Hostname and containment by device id.
    public var hosts: [String: String] = [:]
    /// Version by application id.
    public var applications: [String: String] = [:]
    /// Open vulnerabilities' ids.
    public var vulnerabilities: Set<String> = []
    /// Status by composite id.
    public var alerts: [String: String] = [:]
    /// Score by device id.
    public var assessments: [String: Int] = [:]
    /// The ids of the records that cannot be read.
    public var malformed: Set<String> = []

    public init() {}
}

extension FalconSimulator {
    public var truth: FalconTruth { withState { $0.truth } }

    /// Device ids, in a repeatable order.
    public var deviceIDs: [String] { withState { $0.fleet.hosts.filter { !$0.isGone }.map(\.id) } }

    public var alertIDs: [String] {
        withState { state in (state.fleet.items[.alerts] ?? []).map { state.fleet.alertID($0) } }
    }

    /// How often actions on a host were taken.
    public func actionCount(_ device: String) -> Int { withState { $0.actionCounts[device] ?? 0 } }

    public func comments(_ alert: String) -> [String] { withState { $0.comments[alert] ?? [] } }

    /// The lines of the scripts that were run.
    public var scriptLines: [String] { withState { $0.commands.values.map(\.line) } }

    /// Lets time pass in the account: machines come and go and change, applications are updated, vulnerabilities are
    /// found and closed, analysts work on alerts.
    ///
    /// - Parameter changes: about how many.
    public func live(_ changes: Int, seed: UInt64) {
        withState { state in
            var random = SplitMix(seed)
            state.copy.keep(state.fleet, at: state.now, for: state.faults.lag)
            for _ in 0..<changes { state.change(&random) }
        }
    }
}

extension FalconSimulator {
    /// Changes some machines, and nothing else.
    public func revise(_ count: Int, seed: UInt64) {
        withState { state in
            var random = SplitMix(seed)
            let hosts = state.fleet.hosts.indices.filter { !state.fleet.hosts[$0].isGone }
            for host in hosts.shuffled(using: &random).prefix(count) { state.fleet.revise(host, at: state.now) }
        }
    }
}

extension FalconState {
    fileprivate var truth: FalconTruth {
        var truth = FalconTruth()
        for (index, host) in fleet.hosts.enumerated() where !host.isGone {
            truth.assessments[host.id] = fleet.assessment(host)
            if fleet.isMalformed(.hosts, index) {
                truth.malformed.insert(host.id)
            } else {
                truth.hosts[host.id] = "\(fleet.machine(host).hostname) \(host.status)"
            }
        }
        for (kind, items) in fleet.items {
            for (index, item) in items.enumerated() where !item.isGone { enter(kind, index, item, &truth) }
        }
        return truth
    }

    private func enter(_ kind: FalconFleet.Kind, _ index: Int, _ item: FalconFleet.Item, _ truth: inout FalconTruth) {
        let id: String
        switch kind {
        case .hosts: return
        case .applications: id = fleet.applicationID(item)
        case .vulnerabilities: id = fleet.vulnerabilityID(item)
        case .alerts: id = fleet.alertID(item)
        }
        guard !fleet.isMalformed(kind, index) else {
            // A closed vulnerability is not listed, so that nobody can see what is wrong with it.
            if kind != .vulnerabilities || item.status != "closed" { truth.malformed.insert(id) }
            return
        }
        switch kind {
        case .hosts: break
        case .applications: truth.applications[id] = fleet.applicationVersion(item)
        case .vulnerabilities: if item.status != "closed" { truth.vulnerabilities.insert(id) }
        case .alerts: truth.alerts[id] = item.status
        }
    }

    fileprivate mutating func change(_ random: inout SplitMix) {
        let hosts = fleet.hosts.indices.filter { !fleet.hosts[$0].isGone }
        guard let host = hosts.randomElement(using: &random) else { return fleet.add(at: now) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: fleet.add(at: now)
        case 1: fleet.remove(host)
        case 2, 3: fleet.revise(host, at: now)
        case 4, 5: edit(.applications, &random) { $0.revision += 1 }
        case 6, 7: edit(.vulnerabilities, &random) { $0.status = $0.status == "closed" ? "reopen" : "closed" }
        default: edit(.alerts, &random) { $0.status = $0.status == "new" ? "in_progress" : "closed" }
        }
    }

    private mutating func edit(
        _ kind: FalconFleet.Kind, _ random: inout SplitMix, _ body: (inout FalconFleet.Item) -> Void
    ) {
        let items = fleet.items[kind] ?? []
        let present = items.indices.filter { !items[$0].isGone }
        guard let index = present.randomElement(using: &random) else { return }
        fleet.change(kind, index, at: now, body)
    }
}
