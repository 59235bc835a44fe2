/// A page of a stream, in our terms.
public struct ConnectorBatch: Sendable, Hashable {
    public var reports: ConnectorReports
    /// Records that make no sense; the others of their page do not suffer.
    public var quarantined: [QuarantinedRecord]
    /// Records that say nothing of their kind, such as an application without a name.
    public var setAside: Int
    /// The source's ids of what it says is gone.
    public var removed: [String]
    /// To be stored together with the reports.
    public var next: StreamCheckpoint

    public init(
        _ reports: ConnectorReports, quarantined: [QuarantinedRecord] = [], setAside: Int = 0, removed: [String] = [],
        next: StreamCheckpoint
    ) {
        self.reports = reports
        self.quarantined = quarantined
        self.setAside = setAside
        self.removed = removed
        self.next = next
    }
}

/// Reports of one kind. Each says all that its source knows of the thing with its id: writing it twice changes nothing.
public enum ConnectorReports: Sendable, Hashable {
    case devices([DeviceReport])
    case software([SoftwareReport])
    case vulnerabilities([VulnerabilityReport])
    case alerts([AlertReport])
    case compliance([ComplianceReport])

    public var count: Int {
        switch self {
        case .devices(let reports): reports.count
        case .software(let reports): reports.count
        case .vulnerabilities(let reports): reports.count
        case .alerts(let reports): reports.count
        case .compliance(let reports): reports.count
        }
    }
}
