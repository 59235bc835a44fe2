import Domain
import FoundationEssentials
import Store

/// A row of `GET /api/incidents`.
struct IncidentRowView: JSONContent {
    let incident: IncidentRecord

    init(_ incident: IncidentRecord) { self.incident = incident }

    static let schema = Schema.named(
        "IncidentRow",
        .object([
            .field("id", .uuid), .field("threat_type", .string), .field("severity", .cases(of: Severity.self)),
            .field("status", .cases(of: IncidentStatus.self)), .field("detected_at", .timestamp),
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("title", .string),
            .field("alert_count", .integer),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", incident.id)
            writer.field("threat_type", incident.threatType)
            writer.field("severity", incident.severity)
            writer.field("status", incident.status)
            writer.field("detected_at", incident.detectedAt)
            writer.field("endpoint_id", incident.endpoint)
            writer.field("hostname", incident.hostname)
            writer.field("title", incident.title)
            writer.field("alert_count", incident.alertCount)
        }
    }
}

/// `GET /api/incidents/{id}`.
struct IncidentView: JSONContent {
    let incident: IncidentRecord
    let alerts: [AlertRecord]
    let refusals: [IncidentStore.Refusal]

    static let schema = Schema.named(
        "Incident",
        .object([
            .field("id", .uuid), .field("endpoint_id", .uuid), .field("hostname", .string),
            .field("threat_type", .string), .field("title", .string), .field("severity", .cases(of: Severity.self)),
            .field("status", .cases(of: IncidentStatus.self)), .field("detected_at", .timestamp),
            .field("contained_at", .timestamp.orNull), .field("resolved_at", .timestamp.orNull),
            .field("root_cause", .string.orNull), .field("techniques", .array(of: TechniqueView.schema)),
            .field("alerts", .array(of: AlertView.schema)),
            .field(
                "refusals", .array(of: RefusalView.schema),
                "Alerts that their vendors did not resolve when the incident was; resolving it again asks again."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", incident.id)
            writer.field("endpoint_id", incident.endpoint)
            writer.field("hostname", incident.hostname)
            writer.field("threat_type", incident.threatType)
            writer.field("title", incident.title)
            writer.field("severity", incident.severity)
            writer.field("status", incident.status)
            writer.field("detected_at", incident.detectedAt)
            writer.field("contained_at", incident.containedAt)
            writer.field("resolved_at", incident.resolvedAt)
            writer.field("root_cause", incident.rootCause)
            writer.field("techniques", incident.techniques.map(TechniqueView.init))
            writer.field("alerts", alerts.map(AlertView.init))
            writer.field("refusals", refusals.map(RefusalView.init))
        }
    }
}

/// An alert that its vendor did not resolve.
struct RefusalView: JSONContent {
    let refusal: IncidentStore.Refusal

    static let schema = Schema.named(
        "IncidentRefusal",
        .object([
            .field("alert_id", .uuid), .field("title", .string), .field("source", .string),
            .field("status", .oneOf(["failed", "unknown"])), .field("reason", .string),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("alert_id", refusal.alert)
            writer.field("title", refusal.title)
            writer.field("source", refusal.source)
            writer.field("status", refusal.status.rawValue)
            writer.field("reason", refusal.reason)
        }
    }
}

/// `GET /api/incident-settings`.
struct IncidentSettingsView: JSONContent {
    let settings: IncidentSettings

    static let schema = Schema.named(
        "IncidentSettings",
        .object([.field("window_minutes", .integer), .field("resolves_at_vendor", .boolean)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("window_minutes", settings.windowMinutes)
            writer.field("resolves_at_vendor", settings.resolvesAtVendor)
        }
    }
}

/// A technique of MITRE ATT&CK, or of the vendor's.
struct TechniqueView: JSONContent {
    let technique: AlertReport.Technique

    static let schema = Schema.named(
        "Technique",
        .object([
            .field("tactic_id", .string.orNull), .field("tactic", .string.orNull),
            .field("technique_id", .string.orNull), .field("technique", .string.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("tactic_id", technique.tacticID)
            writer.field("tactic", technique.tactic)
            writer.field("technique_id", technique.techniqueID)
            writer.field("technique", technique.technique)
        }
    }
}

/// An alert, as its source says now.
struct AlertView: JSONContent {
    let alert: AlertRecord

    static let schema = Schema.named(
        "IncidentAlert",
        .object([
            .field("id", .uuid), .field("connector_id", .uuid), .field("source", .string),
            .field("source_id", .string, "The source's id of it."), .field("device_id", .string.orNull),
            .field("title", .string), .field("severity", .oneOf(AlertReport.Severity.allCases.map(\.rawValue))),
            .field("status", .oneOf(AlertReport.Status.allCases.map(\.rawValue))),
            .field("techniques", .array(of: TechniqueView.schema)), .field("threat", .string.orNull),
            .field("file_path", .string.orNull), .field("command_line", .string.orNull),
            .field("detected_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", alert.id)
            writer.field("connector_id", alert.connector)
            writer.field("source", alert.source)
            writer.field("source_id", alert.sourceID)
            writer.field("device_id", alert.device)
            writer.field("title", alert.title)
            writer.field("severity", alert.severity.rawValue)
            writer.field("status", alert.status.rawValue)
            writer.field("techniques", alert.techniques.map(TechniqueView.init))
            writer.field("threat", alert.threat)
            writer.field("file_path", alert.file)
            writer.field("command_line", alert.commandLine)
            writer.field("detected_at", alert.detectedAt)
        }
    }
}

/// An entry of an incident's timeline.
struct IncidentEntryView: JSONContent {
    let entry: IncidentStore.Entry

    init(_ entry: IncidentStore.Entry) { self.entry = entry }

    static let schema = Schema.named(
        "IncidentEntry",
        .object([
            .field("at", .timestamp), .field("kind", .oneOf(["opened", "alert", "status", "note", "action"])),
            .field("actor", .string, "Who; empty for what follows from alerts."), .field("message", .string),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("at", entry.at)
            writer.field("kind", entry.kind)
            writer.field("actor", entry.actor)
            writer.field("message", entry.message)
        }
    }
}
