/// Machines that several simulated vendors know: equal numbers of equal estates are one machine, whoever speaks of it.
/// What each vendor calls its own ids stays the vendor's.
public struct Estate: Sendable, Hashable {
    /// Equal seeds give equal machines.
    public var seed: UInt64
    /// The machine that the vendor's first device is.
    public var first: Int
    /// When their past ends: seconds since 1970.
    public var now: Double

    public init(seed: UInt64, first: Int = 0, now: Double) {
        self.seed = seed
        self.first = first
        self.now = now
    }

    var epoch: Moment { Moment(milliseconds: Int(now * 1000)) }

    /// Machines were heard of within half a day: most are on.
    func lastSeen(_ random: inout SplitMix) -> Moment { epoch + -Double.random(in: 1...43_200, using: &random) }

    /// Machines came within the last two years.
    func firstSeen(_ device: Int) -> Moment {
        var random = SplitMix(seed, 92, first + device)
        return epoch + -Double.random(in: 2_592_000...63_072_000, using: &random)
    }

    public enum Family: Sendable { case windows, mac, linux }

    public struct Machine: Sendable {
        public let family: Family
        public let isServer: Bool
        public let hostname: String
        public let user: String
        public let serial: String
        /// Six pairs of digits.
        public let mac: [String]
        public let address: String
    }

    /// The machine that a vendor's device is.
    public func machine(_ device: Int) -> Machine {
        let number = first + device
        var random = SplitMix(seed, 90, number)
        let place = Int.random(in: 0..<20, using: &random)
        let family: Family = place < 12 ? .windows : place < 16 ? .mac : .linux
        let isServer = family == .linux || place == 0
        let site = random.pick(["ber", "lon", "nyc", "sfo", "sgp", "syd"])
        let use =
            isServer ? random.pick(["app", "db", "web", "file"]) : random.pick(["fin", "dev", "ops", "hr", "lab"])
        // Prefixes of makers of network cards: what is made up locally identifies nobody.
        let prefix = random.pick([["3c", "2c", "30"], ["a4", "bb", "6d"], ["f8", "75", "a4"], ["00", "25", "90"]])
        return Machine(
            family: family, isServer: isServer, hostname: "\(site)-\(use)-\(1000 + number)",
            user: "user\(number)@corp.example.org", serial: random.hex(10).uppercased(),
            mac: prefix + (0..<3).map { _ in random.hex(2) },
            address: "10.\(20 + number >> 16 & 63).\(number >> 8 & 255).\(number & 255)")
    }
}
