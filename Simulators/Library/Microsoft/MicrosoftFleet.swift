/// The machines of a simulated directory and what Defender and Intune know of them. Made from a seed: equal seeds give
/// equal fleets of any size, and only what can change is kept in memory.
struct MicrosoftFleet: Sendable {
    struct Machine: Sendable {
        let number: Int
        /// Defender's id, Intune's, and the one in the directory that is the same for both.
        let machineID: String
        let managedID: String
        let directoryID: String
        let userID: String
        var revision = 0
        var modified: Moment
        var isCompliant: Bool
        var isGone = false
    }

    /// A product, vulnerability, alert or application on a machine.
    struct Item: Sendable {
        let machine: Int
        let number: Int
        var revision = 0
        var status: String
        let created: Moment
        var updated: Moment
        var isGone = false
        /// What people found an alert to be, in Defender's words.
        var classification: String?
        var determination: String?
    }

    /// What Defender's listing of changes remembers.
    struct Event: Sendable {
        let moment: Moment
        let item: Int
        let revision: Int
        let status: String
    }

    enum Kind: Int, Sendable, CaseIterable { case machines, managed, software, vulnerabilities, alerts, applications }

    let settings: MicrosoftFleetSettings
    private(set) var machines: [Machine] = []
    private(set) var items: [Kind: [Item]] = [:]
    private(set) var events: [Event] = []
    private var byMachineID: [String: Int] = [:]
    private var byManagedID: [String: Int] = [:]

    /// 2026-01-01, when the fleet's past ends.
    static let epoch = Moment(milliseconds: 1_767_225_600_000)

    /// When the past of this fleet ends.
    var epoch: Moment { settings.estate?.epoch ?? Self.epoch }

    init(_ settings: MicrosoftFleetSettings) {
        self.settings = settings
        for _ in 0..<settings.devices { add(at: nil) }
    }

    func machine(_ id: String) -> Int? {
        byMachineID[id].flatMap { machines[$0].isGone || !isInDefender(machines[$0]) ? nil : $0 }
    }

    func managed(_ id: String) -> Int? {
        byManagedID[id].flatMap { machines[$0].isGone || !isManaged(machines[$0]) ? nil : $0 }
    }

    /// Of ten machines one is known to Intune alone and one to Defender alone.
    func isInDefender(_ machine: Machine) -> Bool { settings.estate != nil || machine.number % 10 != 1 }
    func isManaged(_ machine: Machine) -> Bool {
        settings.estate.map { !$0.machine(machine.number).isServer } ?? (machine.number % 10 != 0)
    }
    /// Seen in the network by others, without a sensor of its own.
    func isOnboarded(_ machine: Machine) -> Bool { machine.number % 17 != 5 }

    /// A new machine with everything on it.
    ///
    /// - Parameter moment: when; nil in the past.
    mutating func add(at moment: Moment?) {
        let number = machines.count
        var random = SplitMix(settings.seed, 1, number)
        let machine = Machine(
            number: number, machineID: random.hex(40), managedID: random.guid(), directoryID: random.guid(),
            userID: random.guid(), modified: moment ?? lastSeen(&random), isCompliant: random.chance(0.8))
        byMachineID[machine.machineID] = number
        byManagedID[machine.managedID] = number
        machines.append(machine)
        if isManaged(machine) { add(.applications, settings.applicationsPerDevice, "", number, moment, &random) }
        guard isInDefender(machine), isOnboarded(machine) else { return }
        add(.software, settings.applicationsPerDevice, "", number, moment, &random)
        let first = items[.vulnerabilities]?.count ?? 0
        let count = settings.estate?.weaknesses(of: number) ?? settings.vulnerabilitiesPerDevice
        add(.vulnerabilities, count, "New", number, moment, &random)
        if let moment {
            for item in first..<first + count {
                events.append(Event(moment: moment, item: item, revision: 0, status: "New"))
            }
        }
        add(.alerts, random.chance(settings.alertsPerDevice) ? 1 : 0, "New", number, moment, &random)
    }

    private mutating func add(
        _ kind: Kind, _ count: Int, _ status: String, _ machine: Int, _ moment: Moment?, _ random: inout SplitMix
    ) {
        for number in 0..<count {
            let created = moment ?? past(&random)
            items[kind, default: []].append(
                Item(machine: machine, number: number, status: status, created: created, updated: created))
        }
    }

    /// The machine leaves Defender and Intune; its alerts stay.
    mutating func remove(_ machine: Int) {
        machines[machine].isGone = true
        for kind in [Kind.software, .vulnerabilities, .applications] {
            for index in (items[kind] ?? []).indices where items[kind]?[index].machine == machine {
                items[kind]?[index].isGone = true
            }
        }
    }

    /// A machine changes: its name, and whether it complies.
    mutating func revise(_ machine: Int, at moment: Moment) {
        machines[machine].revision += 1
        machines[machine].modified = moment
        machines[machine].isCompliant.toggle()
    }

    /// It has reported to Intune.
    mutating func report(_ machine: Int, at moment: Moment) {
        machines[machine].modified = max(machines[machine].modified, moment)
    }

    mutating func change(_ kind: Kind, _ index: Int, at moment: Moment, _ body: (inout Item) -> Void) {
        guard var item = items[kind]?[index] else { return }
        item.updated = moment
        body(&item)
        items[kind]?[index] = item
    }

    /// A product gets another version, or a vulnerability of it is fixed or there again.
    mutating func toggle(_ index: Int, at moment: Moment) {
        change(.vulnerabilities, index, at: moment) { $0.status = $0.status == "Fixed" ? "New" : "Fixed" }
        guard let item = items[.vulnerabilities]?[index] else { return }
        events.append(Event(moment: moment, item: index, revision: item.revision, status: item.status))
    }

    /// Whether a record is one that is sent with a value of the wrong kind.
    func isMalformed(_ kind: Kind, _ index: Int) -> Bool {
        var random = SplitMix(settings.seed, 200 + kind.rawValue, index)
        return random.chance(settings.malformed)
    }

    private func past(_ random: inout SplitMix) -> Moment {
        Moment(milliseconds: epoch.milliseconds - Int.random(in: 1...7_776_000_000, using: &random))
    }

    private func lastSeen(_ random: inout SplitMix) -> Moment {
        settings.estate?.lastSeen(&random) ?? past(&random)
    }
}

extension SplitMix {
    mutating func guid() -> String {
        let digits = Array(hex(32))
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<8))-\(part(8..<12))-4\(part(13..<16))-a\(part(17..<20))-\(part(20..<32))"
    }
}
