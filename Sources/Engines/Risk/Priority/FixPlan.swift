/// Which updates remove most risk for the reboots that they cost.
///
/// The risk removed is the sum over the findings that an update fixes of their risk on every
/// endpoint: it adds up over updates, where endpoints' scores, ruled by their worst finding, do not.
/// An update costs a reboot of each endpoint that it needs one on, and nothing elsewhere.
///
/// Updates are taken by the risk removed for each reboot, those without any first. Therefore no other
/// choice of as many updates that costs no more reboots removes more risk. Within a limit on reboots,
/// where the number of updates is not what ends the plan, it removes at least half of what is possible
/// (the classical bound of the greedy rule for knapsacks, for which the best single update is tried,
/// too). In every case `bound` says how much could be possible at most.
public struct FixPlan: Sendable, Hashable {
    /// An update of one package of one ecosystem, wherever it fixes something.
    public struct Update: Sendable, Hashable {
        public let ecosystem: String
        public let package: String
        /// Findings' risk that it removes, summed over all endpoints.
        public let risk: Double
        public let endpoints: Int
        public let findings: Int
        public let needsReboot: Bool

        public init(
            ecosystem: String, package: String, risk: Double, endpoints: Int, findings: Int, needsReboot: Bool? = nil
        ) {
            self.ecosystem = ecosystem
            self.package = package
            self.risk = risk
            self.endpoints = endpoints
            self.findings = findings
            self.needsReboot = needsReboot ?? FixPlan.needsReboot(package, ecosystem: ecosystem)
        }

        /// Endpoints that it reboots.
        public var reboots: Int { needsReboot ? endpoints : 0 }
    }

    /// In the order in which to do them.
    public let updates: [Update]
    /// No choice within the same limits removes more risk than this.
    public let bound: Double

    public var risk: Double { updates.reduce(0) { $0 + $1.risk } }
    public var reboots: Int { updates.reduce(0) { $0 + $1.reboots } }

    /// - Parameters:
    ///   - count: updates at most.
    ///   - reboots: reboots at most; nil for any number.
    public init(from candidates: [Update], count: Int, reboots limit: Int? = nil) {
        let budget = limit ?? .max
        let useful = candidates.filter { $0.risk > 0 && $0.reboots <= budget }.sorted(by: Self.isBetter)
        var left = budget
        var chosen: [Update] = []
        for update in useful where chosen.count < count && update.reboots <= left {
            chosen.append(update)
            left -= update.reboots
        }
        let single = useful.max { $0.risk < $1.risk }
        if limit != nil, let single, count > 0, single.risk > chosen.reduce(0, { $0 + $1.risk }) { chosen = [single] }
        updates = chosen
        bound = min(Self.largest(useful, count), Self.fractional(useful, budget))
    }

    /// The most that so many updates remove, whatever their reboots.
    private static func largest(_ updates: [Update], _ count: Int) -> Double {
        updates.map(\.risk).sorted(by: >).prefix(count).reduce(0, +)
    }

    /// The most that so many reboots remove, whatever the number of updates, could updates be divided.
    private static func fractional(_ sorted: [Update], _ budget: Int) -> Double {
        var left = budget
        var risk = 0.0
        for update in sorted {
            guard update.reboots > left else {
                left -= update.reboots
                risk += update.risk
                continue
            }
            return risk + update.risk * Double(left) / Double(update.reboots)
        }
        return risk
    }

    private static func isBetter(_ left: Update, than right: Update) -> Bool {
        // Risk for each reboot, compared without a division: without reboots it is infinite.
        let (ours, theirs) = (left.risk * Double(right.reboots), right.risk * Double(left.reboots))
        if ours != theirs { return ours > theirs }
        if left.risk != right.risk { return left.risk > right.risk }
        return (left.ecosystem, left.package) < (right.ecosystem, right.package)
    }

    /// Whether an update takes effect only with a reboot: kernels, firmware, the C library, the first
    /// process and the message bus, and everything that Windows and macOS update as a system.
    public static func needsReboot(_ package: String, ecosystem: String) -> Bool {
        let system = ecosystem.lowercased().prefix { $0 != ":" && $0 != " " }
        if system == "windows" || system == "macos" { return true }
        let whole: Set<String> = [
            "linux", "kernel", "glibc", "eglibc", "musl", "libc6", "systemd", "dbus", "dbus-broker", "intel-microcode",
            "amd64-microcode", "microcode_ctl", "linux-firmware", "firmware-nonfree",
        ]
        return whole.contains(package) || package.hasPrefix("linux-") || package.hasPrefix("kernel-")
    }
}
