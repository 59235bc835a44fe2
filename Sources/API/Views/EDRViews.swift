import Domain
import Store

/// A device as Defender and Intune know it.
struct EDRDeviceView: JSONContent {
    let device: EDRStore.Device

    init(_ device: EDRStore.Device) { self.device = device }

    static let schema = Schema.named(
        "EDRDevice",
        .object([
            .field("id", .uuid),
            .field(
                "microsoft_device_id", .string, "Defender's id; Intune's where Defender does not know it.",
                example: .string("1e5bc9d7e413ddd7902c2932e418702b84d0cc07")),
            .field("device_name", .string, example: .string("pc-17.corp.example.org")),
            .field("operating_system", .string.orNull, "As Microsoft writes it.", example: .string("Windows11")),
            .field("os_version", .string.orNull, example: .string("10.0.22631")),
            .field("primary_user", .string.orNull, example: .string("anna@example.org")),
            .field("defender_health_status", .string.orNull, example: .string("Active")),
            .field("risk_score", .number(0...100).orNull, "0 to 100, from Defender's level.", example: .number(60)),
            .field("exposure_level", .string.orNull, example: .string("Medium")),
            .field("intune_compliance_state", .string.orNull, example: .string("noncompliant")),
            .field("intune_enrollment_status", .string.orNull, example: .string("managed")),
            .field("last_seen_at", .timestamp.orNull),
            .field("active_alert_count", .integer, "Alerts that are not resolved."),
            .field("vulnerability_count", .integer),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", device.id)
            writer.field("microsoft_device_id", device.microsoftID)
            writer.field("device_name", device.name)
            writer.field("operating_system", device.operatingSystem)
            writer.field("os_version", device.osVersion)
            writer.field("primary_user", device.primaryUser)
            writer.field("defender_health_status", device.health)
            writer.field("risk_score", device.risk)
            writer.field("exposure_level", device.exposure)
            writer.field("intune_compliance_state", device.complianceState)
            writer.field("intune_enrollment_status", device.enrollmentStatus)
            writer.field("last_seen_at", device.lastSeen)
            writer.field("active_alert_count", device.activeAlerts)
            writer.field("vulnerability_count", device.vulnerabilities)
        }
    }
}

/// An alert on a device.
struct EDRAlertView: JSONContent {
    let alert: EDRStore.Alert

    init(_ alert: EDRStore.Alert) { self.alert = alert }

    static let schema = Schema.named(
        "EDRAlert",
        .object([
            .field("id", .uuid),
            .field("microsoft_alert_id", .string, example: .string("da637472900382838869_1364969609")),
            .field("device_id", .uuid), .field("device_name", .string),
            .field("threat_type", .string.orNull, "Microsoft's category.", example: .string("Execution")),
            .field("threat_name", .string.orNull, "The threat or its family, where there is one."),
            .field("severity", .string.orNull, example: .string("High")),
            .field("status", .string.orNull, example: .string("New")),
            .field("description", .string.orNull, "The title on the first line."), .field("detected_at", .timestamp),
            .field("updated_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", alert.id)
            writer.field("microsoft_alert_id", alert.microsoftID)
            writer.field("device_id", alert.device)
            writer.field("device_name", alert.deviceName)
            writer.field("threat_type", alert.threatType)
            writer.field("threat_name", alert.threatName)
            writer.field("severity", alert.severity)
            writer.field("status", alert.status)
            writer.field("description", alert.description)
            writer.field("detected_at", alert.detectedAt)
            writer.field("updated_at", alert.updatedAt)
        }
    }
}

/// A vulnerability that Defender reports.
struct EDRVulnerabilityView: JSONContent {
    let vulnerability: EDRStore.Vulnerability

    init(_ vulnerability: EDRStore.Vulnerability) { self.vulnerability = vulnerability }

    static let schema = Schema.named(
        "EDRVulnerability",
        .object([
            .field("cve_id", .string, example: .string("CVE-2023-39213")),
            .field("severity", .string.orNull, example: .string("Critical")),
            .field("cvss_score", .number(0...10).orNull, example: .number(9.8)),
            .field("exploitability", .string.orNull, "Microsoft's word.", example: .string("ExploitIsPublic")),
            .field("description", .string.orNull), .field("device_count", .integer, "On how many devices."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("cve_id", vulnerability.cve)
            writer.field("severity", vulnerability.severity)
            writer.field("cvss_score", vulnerability.score)
            writer.field("exploitability", vulnerability.exploitability)
            writer.field("description", vulnerability.description)
            writer.field("device_count", vulnerability.devices)
        }
    }
}

/// Intune's verdict on a device.
struct EDRComplianceView: JSONContent {
    let compliance: EDRStore.Compliance

    init(_ compliance: EDRStore.Compliance) { self.compliance = compliance }

    static let schema = Schema.named(
        "EDRCompliance",
        .object([
            .field("device_id", .uuid), .field("device_name", .string),
            .field("compliance_state", .string.orNull, example: .string("noncompliant")),
            .field("security_baseline_status", .string.orNull, example: .string("notSecure")),
            .field(
                "failed_rules", .array(of: .any), "Policies and their settings that are not met, with id and title."),
            .field("required_apps_status", .map(of: .any), "The state of each application that must be installed."),
            .field("checked_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("device_id", compliance.device)
            writer.field("device_name", compliance.deviceName)
            writer.field("compliance_state", compliance.state)
            writer.field("security_baseline_status", compliance.baseline)
            writer.field("failed_rules", (try? JSONParser.parse(compliance.failedRules)) ?? .array([]))
            writer.field("required_apps_status", (try? JSONParser.parse(compliance.requiredApps)) ?? .object([]))
            writer.field("checked_at", compliance.checkedAt)
        }
    }
}

/// What a person had done to a device.
struct EDRActionView: JSONContent {
    let action: EDRStore.Action

    init(_ action: EDRStore.Action) { self.action = action }

    static let schema = Schema.named(
        "EDRAction",
        .object([
            .field("id", .uuid), .field("device_id", .uuid), .field("device_name", .string),
            .field("user", .string, "Who asked."),
            .field("action_type", .oneOf(["isolate", "unisolate", "scan", "resolve_alert"])),
            .field("status", .oneOf(["pending", "in_progress", "completed", "failed"])),
            .field("result_message", .string.orNull, "What Microsoft answered."), .field("initiated_at", .timestamp),
            .field("completed_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", action.id)
            writer.field("device_id", action.device)
            writer.field("device_name", action.deviceName)
            writer.field("user", action.user)
            writer.field("action_type", action.type)
            writer.field("status", action.status)
            writer.field("result_message", action.result)
            writer.field("initiated_at", action.initiatedAt)
            writer.field("completed_at", action.completedAt)
        }
    }
}

/// The posture behind one sync.
struct EDRPostureView: JSONContent {
    let posture: EDRStore.Posture

    init(_ posture: EDRStore.Posture) { self.posture = posture }

    static let schema = Schema.named(
        "EDRPosture",
        .object([
            .field("score", .number(0...100), "0 to 100, higher is better.", example: .number(76.3)),
            .field("device_count", .integer), .field("high_risk_device_count", .integer, "With a risk over 70."),
            .field("active_alert_count", .integer, "Alerts that are not resolved."),
            .field("critical_vulnerability_count", .integer, "On at least one device."),
            .field("non_compliant_device_count", .integer), .field("calculated_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("score", posture.score)
            writer.field("device_count", posture.devices)
            writer.field("high_risk_device_count", posture.highRiskDevices)
            writer.field("active_alert_count", posture.activeAlerts)
            writer.field("critical_vulnerability_count", posture.criticalVulnerabilities)
            writer.field("non_compliant_device_count", posture.nonCompliantDevices)
            writer.field("calculated_at", posture.at)
        }
    }
}
