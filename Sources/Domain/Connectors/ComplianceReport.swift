import FoundationEssentials

/// How well a device meets what a source asks of it.
public struct ComplianceReport: Sendable, Codable, Hashable {
    /// One thing that was looked at.
    public struct Check: Sendable, Codable, Hashable {
        public var id: String
        /// As the source puts it: `FileVault: enabled`.
        public var title: String
        /// Nil when the source could not tell.
        public var isMet: Bool?

        public init(id: String, title: String, isMet: Bool?) {
            self.id = id
            self.title = title
            self.isMet = isMet
        }
    }

    public var deviceID: String
    /// What was measured: `zero_trust_assessment`.
    public var standard: String
    /// 0 to 100, higher is better; nil where the source gives none.
    public var score: Double?
    public var checks: [Check]
    public var checked: Date?

    // What follows only some sources say; it is set after the rest.

    /// The verdict in the source's own word: `compliant`, `noncompliant`, `inGracePeriod`.
    public var state: String?
    /// How the machine stands to the security baseline that it was assigned, in the source's own word.
    public var baseline: String?
    /// The state of each application that must be installed, by its title, in the source's own words.
    public var requiredApps: [String: String]?

    public init(deviceID: String, standard: String, score: Double?, checks: [Check], checked: Date? = nil) {
        self.deviceID = deviceID
        self.standard = standard
        self.score = score
        self.checks = checks
        self.checked = checked
    }
}
