import FoundationEssentials

/// Something a source raised an alarm about.
public struct AlertReport: Sendable, Codable, Hashable {
    /// How bad a source takes it to be. Unlike `Severity` it knows what is only for information.
    public enum Severity: String, Sendable, Codable, CaseIterable {
        case informational, low, medium, high, critical
    }

    /// What has become of it.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case new
        case inProgress = "in_progress"
        case resolved
        case unknown
    }

    /// What the source's analysts found it to be.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        case truePositive = "true_positive"
        case falsePositive = "false_positive"
        case ignored
    }

    /// What the source did about it by itself.
    public enum Mitigation: String, Sendable, Codable, CaseIterable {
        case mitigated
        case notMitigated = "not_mitigated"
        /// It was taken to be harmless.
        case benign
        case unknown
    }

    /// A technique of MITRE ATT&CK or, with an id of its own, of the vendor's.
    public struct Technique: Sendable, Codable, Hashable {
        /// `TA0002`
        public var tacticID: String?
        public var tactic: String?
        /// `T1059.001`
        public var techniqueID: String?
        public var technique: String?

        public init(tacticID: String?, tactic: String?, techniqueID: String?, technique: String?) {
            self.tacticID = tacticID
            self.tactic = tactic
            self.techniqueID = techniqueID
            self.technique = technique
        }
    }

    /// The source's id of the alert.
    public var sourceID: String
    /// The source's id of the device; nil where it is about none.
    public var deviceID: String?
    public var title: String
    public var details: String?
    public var severity: Severity
    public var status: Status
    public var verdict: Verdict?
    /// Nil where the source does not say.
    public var mitigation: Mitigation?
    /// The part of the vendor's product that raised it: `epp`, `idp`.
    public var product: String?
    public var techniques: [Technique]
    public var assignee: String?
    /// What the alarm is about: a process and its file.
    public var commandLine: String?
    public var filePath: String?
    public var sha256: String?
    public var user: String?
    /// The alert in the vendor's console.
    public var link: String?
    public var detected: Date
    public var modified: Date?

    // What follows only some sources say; it is set after the rest.

    /// What kind of thing it is, in the source's own word: `Malware`, `Execution`.
    public var category: String?
    /// The name of the threat or its family.
    public var threat: String?
    /// Whether the source lists it only while it waits for somebody: that it is listed no more says that it is resolved.
    /// Nil where the source lists alerts whatever became of them, and forgets old ones.
    public var leavesWhenResolved: Bool?

    public init(
        sourceID: String, deviceID: String?, title: String, details: String? = nil, severity: Severity,
        status: Status, verdict: Verdict? = nil, mitigation: Mitigation? = nil, product: String? = nil,
        techniques: [Technique] = [], assignee: String? = nil, commandLine: String? = nil, filePath: String? = nil,
        sha256: String? = nil, user: String? = nil, link: String? = nil, detected: Date, modified: Date? = nil
    ) {
        self.sourceID = sourceID
        self.deviceID = deviceID
        self.title = title
        self.details = details
        self.severity = severity
        self.status = status
        self.verdict = verdict
        self.mitigation = mitigation
        self.product = product
        self.techniques = techniques
        self.assignee = assignee
        self.commandLine = commandLine
        self.filePath = filePath
        self.sha256 = sha256
        self.user = user
        self.link = link
        self.detected = detected
        self.modified = modified
    }
}
