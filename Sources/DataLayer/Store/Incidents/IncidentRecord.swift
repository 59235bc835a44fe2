import Domain
import FoundationEssentials
import Postgres

/// A threat on an endpoint, from detection to resolution.
public struct IncidentRecord: Sendable {
    public let id: IncidentID
    public let endpoint: EndpointID
    public let hostname: String
    public let threatType: String
    public let title: String
    public let severity: Severity
    public let status: IncidentStatus
    public let detectedAt: Date
    public let containedAt: Date?
    public let resolvedAt: Date?
    public let rootCause: String?
    public let techniques: [AlertReport.Technique]
    public let alertCount: Int
    public let lastAlertAt: Date?

    static let select = """
        SELECT i.id, i.endpoint_id, e.hostname, i.threat_type, i.title, i.severity, i.status, i.detected_at,
          i.contained_at, i.resolved_at, i.root_cause, i.techniques, i.alert_count, i.last_alert_at
        FROM incidents AS i
        JOIN endpoints AS e ON e.tenant_id = i.tenant_id AND e.id = i.endpoint_id
        """

    init(_ row: Row) throws {
        id = try row.decode(0)
        endpoint = try row.decode(1)
        hostname = try row.decode(2)
        threatType = try row.decode(3)
        title = try row.decode(4)
        severity = Severity(rawValue: try row.decode(5)) ?? .low
        status = IncidentStatus(rawValue: try row.decode(6)) ?? .open
        detectedAt = try row.decode(7)
        containedAt = try row.decode(8)
        resolvedAt = try row.decode(9)
        rootCause = try row.decode(10)
        techniques = try AlertRecord.techniques(row.decode(11))
        alertCount = Int(try row.decode(12, as: Int32.self))
        lastAlertAt = try row.decode(13)
    }

    package init(
        endpoint: EndpointID, hostname: String, threatType: String, title: String, severity: Severity,
        status: IncidentStatus, detectedAt: Date, rootCause: String?, techniques: [AlertReport.Technique]
    ) {
        id = .make()
        self.endpoint = endpoint
        self.hostname = hostname
        self.threatType = threatType
        self.title = title
        self.severity = severity
        self.status = status
        self.detectedAt = detectedAt
        containedAt = nil
        resolvedAt = nil
        self.rootCause = rootCause
        self.techniques = techniques
        alertCount = 1
        lastAlertAt = nil
    }
}

/// An alert, as its source says now.
public struct AlertRecord: Sendable {
    public let id: AlertID
    public let connector: ConnectorID
    public let source: String
    public let sourceKind: String
    public let sourceID: String
    public let device: String?
    public let title: String
    public let severity: AlertReport.Severity
    public let status: AlertReport.Status
    public let techniques: [AlertReport.Technique]
    public let threat: String?
    public let file: String?
    public let commandLine: String?
    public let detectedAt: Date

    static let select = """
        SELECT a.id, a.connector_id, c.name, c.kind, a.source_id, a.device_id, a.title, a.severity, a.status, a.techniques,
          a.threat, a.file_path, a.command_line, a.detected_at
        FROM alerts AS a
        JOIN connectors AS c ON c.tenant_id = a.tenant_id AND c.id = a.connector_id
        """

    init(_ row: Row) throws {
        id = try row.decode(0)
        connector = try row.decode(1)
        source = try row.decode(2)
        sourceKind = try row.decode(3)
        sourceID = try row.decode(4)
        device = try row.decode(5)
        title = try row.decode(6)
        severity = AlertReport.Severity(rawValue: try row.decode(7)) ?? .low
        status = AlertReport.Status(rawValue: try row.decode(8)) ?? .unknown
        techniques = try Self.techniques(row.decode(9))
        threat = try row.decode(10)
        file = try row.decode(11)
        commandLine = try row.decode(12)
        detectedAt = try row.decode(13)
    }

    package init(source: String, title: String, techniques: [AlertReport.Technique], detectedAt: Date) {
        id = .make()
        connector = .make()
        self.source = source
        sourceKind = source
        sourceID = source
        device = source
        self.title = title
        severity = .high
        status = .new
        self.techniques = techniques
        threat = source
        file = source
        commandLine = source
        self.detectedAt = detectedAt
    }

    static func techniques(_ json: String) throws -> [AlertReport.Technique] {
        try JSONDecoder().decode([Stored].self, from: Data(json.utf8)).map(\.technique)
    }

    static func json(_ techniques: [AlertReport.Technique]) throws -> [UInt8] {
        Array(try JSONEncoder().encode(techniques.map(Stored.init)))
    }

    /// As reports spell it.
    private struct Stored: Codable {
        var tactic_id: String?
        var tactic: String?
        var technique_id: String?
        var technique_name: String?

        private enum CodingKeys: String, CodingKey {
            case tactic_id, tactic, technique_id
            case technique_name = "technique"
        }

        init(_ technique: AlertReport.Technique) {
            tactic_id = technique.tacticID
            tactic = technique.tactic
            technique_id = technique.techniqueID
            technique_name = technique.technique
        }

        var technique: AlertReport.Technique {
            .init(tacticID: tactic_id, tactic: tactic, techniqueID: technique_id, technique: technique_name)
        }
    }
}
