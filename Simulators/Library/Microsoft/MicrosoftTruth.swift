/// What a perfect reader would know: the simulated directory without the records that cannot be read.
public struct MicrosoftTruth: Sendable, Hashable {
    /// Hostname, the directory's id and compliance by Defender's or Intune's id.
    public var devices: [String: String] = [:]
    /// Device, product and version.
    public var software: Set<String> = []
    /// Device, vulnerability and version of the open ones.
    public var vulnerabilities: Set<String> = []
    /// Status by id.
    public var alerts: [String: String] = [:]
    /// State and number of rules that are not met, by Intune's id.
    public var compliance: [String: String] = [:]
    /// The ids of the records that cannot be read.
    public var malformed: Set<String> = []

    public init() {}
}

extension MicrosoftSimulator {
    public var truth: MicrosoftTruth { withState { $0.truth } }

    /// Ids of machines that can be acted on, in a repeatable order.
    public var machineIDs: [String] {
        withState { state in
            state.fleet.machines.filter { !$0.isGone && state.fleet.isInDefender($0) && state.fleet.isOnboarded($0) }
                .map(\.machineID)
        }
    }

    public var managedIDs: [String] {
        withState { state in
            state.fleet.machines.filter { !$0.isGone && state.fleet.isManaged($0) }.map(\.managedID)
        }
    }

    public var alertIDs: [String] {
        withState { state in (state.fleet.items[.alerts] ?? []).map { state.fleet.alertID($0) } }
    }

    /// Entra's ids of machines that both know, by Defender's.
    public var joined: [String: String] {
        withState { state in
            var joined: [String: String] = [:]
            for machine in state.fleet.machines
            where !machine.isGone && state.fleet.isManaged(machine) && state.fleet.isInDefender(machine)
                && state.fleet.isOnboarded(machine)
            {
                joined[machine.machineID] = machine.managedID
            }
            return joined
        }
    }

    /// How often actions on a machine or device were taken.
    public func actionCount(_ id: String) -> Int {
        withState { state in
            if let index = state.fleet.machine(id) { return state.actions.count { $0.machine == index } }
            return state.fleet.managed(id).map { state.results[$0]?.count ?? 0 } ?? 0
        }
    }

    public func comments(_ alert: String) -> [String] { withState { $0.comments[alert] ?? [] } }

    /// Classification and determination of an alert, as Defender writes them.
    public func verdict(_ alert: String) -> [String?] {
        withState { state in
            guard let index = state.alertIndex(alert), let item = state.fleet.items[.alerts]?[index] else { return [] }
            return [item.classification, item.determination]
        }
    }

    /// The parameters of the scripts that were run.
    public var scripts: [String] { comments("script") }

    /// Lets time pass: machines come and go and change, applications are updated, vulnerabilities are found and fixed,
    /// analysts work on alerts.
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

extension MicrosoftState {
    fileprivate var truth: MicrosoftTruth {
        var truth = MicrosoftTruth()
        for (index, machine) in fleet.machines.enumerated() where !machine.isGone {
            let name = fleet.identity(machine).hostname
            if fleet.isInDefender(machine), fleet.isOnboarded(machine) {
                let directory = fleet.isManaged(machine) ? machine.directoryID : "-"
                enter(.machines, index, machine.machineID, &truth) {
                    $0.devices[machine.machineID] = "\(name) \(directory) -"
                }
            }
            guard fleet.isManaged(machine) else { continue }
            let state = machine.isCompliant ? "compliant" : "noncompliant"
            enter(.managed, index, machine.managedID, &truth) {
                $0.devices[machine.managedID] = "\(name.uppercased()) \(machine.directoryID) \(state)"
            }
            truth.compliance[machine.managedID] = "\(state) \(machine.isCompliant ? 0 : 2)"
        }
        for (kind, items) in fleet.items {
            for (index, item) in items.enumerated() where !item.isGone { enter(kind, index, item, &truth) }
        }
        return truth
    }

    private func enter(
        _ kind: MicrosoftFleet.Kind, _ index: Int, _ id: String, _ truth: inout MicrosoftTruth,
        _ body: (inout MicrosoftTruth) -> Void
    ) {
        if fleet.isMalformed(kind, index) { truth.malformed.insert(id) } else { body(&truth) }
    }

    private func enter(
        _ kind: MicrosoftFleet.Kind, _ index: Int, _ item: MicrosoftFleet.Item, _ truth: inout MicrosoftTruth
    ) {
        let machine = fleet.machines[item.machine]
        let product = fleet.product(item)
        let version = fleet.version(item)
        switch kind {
        case .machines, .managed: break
        case .software:
            enter(kind, index, machine.machineID, &truth) {
                $0.software.insert("\(machine.machineID) \(product.name) \(version)")
            }
        case .applications:
            enter(kind, index, fleet.applicationID(item), &truth) {
                $0.software.insert("\(machine.managedID) \(product.title) \(version)")
            }
        case .vulnerabilities:
            // What is fixed is not listed, and what has no id is none.
            guard item.status != "Fixed", item.number % 4 != 3 else { return }
            enter(kind, index, fleet.vulnerabilityID(index), &truth) {
                $0.vulnerabilities.insert("\(machine.machineID) \(product.cve) \(version)")
            }
        case .alerts:
            enter(kind, index, fleet.alertID(item), &truth) { $0.alerts[fleet.alertID(item)] = item.status }
        }
    }

    fileprivate mutating func change(_ random: inout SplitMix) {
        let machines = fleet.machines.indices.filter { !fleet.machines[$0].isGone }
        guard let machine = machines.randomElement(using: &random) else { return fleet.add(at: now) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: fleet.add(at: now)
        case 1: fleet.remove(machine)
        case 2, 3: fleet.revise(machine, at: now)
        case 4: edit(.software, &random) { $0.revision += 1 }
        case 5: edit(.applications, &random) { $0.revision += 1 }
        case 6, 7:
            let items = fleet.items[.vulnerabilities] ?? []
            guard let index = items.indices.filter({ !items[$0].isGone }).randomElement(using: &random) else { return }
            fleet.toggle(index, at: now)
        default: edit(.alerts, &random) { $0.status = $0.status == "New" ? "InProgress" : "Resolved" }
        }
    }

    private mutating func edit(
        _ kind: MicrosoftFleet.Kind, _ random: inout SplitMix, _ body: (inout MicrosoftFleet.Item) -> Void
    ) {
        let items = fleet.items[kind] ?? []
        guard let index = items.indices.filter({ !items[$0].isGone }).randomElement(using: &random) else { return }
        fleet.change(kind, index, at: now, body)
    }
}
