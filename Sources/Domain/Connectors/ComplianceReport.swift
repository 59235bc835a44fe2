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

    public init(deviceID: String, standard: String, score: Double?, checks: [Check], checked: Date? = nil) {
        self.deviceID = deviceID
        self.standard = standard
        self.score = score
        self.checks = checks
        self.checked = checked
    }
}
