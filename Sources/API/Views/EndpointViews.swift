import Domain
import FoundationEssentials
import Store

/// What lists and details show of an endpoint.
struct EndpointView: JSONContent {
    let endpoint: EndpointStore.Summary

    static let fields: [Schema.Field] = [
        .field("id", .uuid), .field("hostname", .string),
        .field("os_type", .string, "linux, windows or macos."), .field("os_name", .string),
        .field("os_version", .string),
        .field("ip_address", .string.orNull),
        .field("status", .cases(of: EndpointStatus.self), "By the documented rule from the open findings."),
        .field("risk_score", .number(0...100), "0 to 100."),
        .field("open_findings", .integer), .field("worst_severity", .cases(of: Severity.self).orNull),
        .field("last_seen", .timestamp.orNull),
        .field("scanned_at", .timestamp.orNull, "Null until the first scan; status says nothing before."),
    ]

    static let schema = Schema.named("Endpoint", .object(fields))

    func write(to writer: inout JSONWriter) {
        writer.object { writeFields(to: &$0) }
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("id", endpoint.id)
        writer.field("hostname", endpoint.hostname)
        writer.field("os_type", endpoint.osType)
        writer.field("os_name", endpoint.osName)
        writer.field("os_version", endpoint.osVersion)
        writer.field("ip_address", endpoint.ipAddress)
        writer.field("status", endpoint.status.rawValue)
        writer.field("risk_score", endpoint.riskScore)
        writer.field("open_findings", endpoint.openFindings)
        writer.field("worst_severity", endpoint.worstSeverity?.rawValue)
        writer.field("last_seen", endpoint.lastSeen)
        writer.field("scanned_at", endpoint.scannedAt)
    }
}

/// `GET /api/endpoints/{id}`.
struct EndpointDetailView: JSONContent {
    let endpoint: EndpointDetail
    let findings: [FindingStore.View]

    static let schema = Schema.named(
        "EndpointDetail",
        .object(
            EndpointView.fields + [
                .field(
                    "device_id", .string,
                    "The host's own id of itself, or the one that the source device_source has for it."),
                .field(
                    "device_source", .string.orNull,
                    "The name of the account whose id device_id is; null for the host's own."),
                .field("fqdn", .string.orNull),
                .field("mac_address", .string.orNull), .field("kernel_release", .string.orNull),
                .field("architecture", .string.orNull), .field("agent_version", .string.orNull),
                .field("exposure", .string), .field("criticality", .string), .field("package_count", .integer),
                .field("inventory_at", .timestamp.orNull), .field("created_at", .timestamp),
                .field("tags", .array(of: .string)),
                .field("excepted_findings", .integer, "Findings under an exception; not among open_findings."),
                .field(
                    "support_end", .string.orNull,
                    "The last day of the system's security support that costs nothing; null where it is not known."),
                .field(
                    "is_supported", .boolean.orNull, "Whether that day is still to come; null where it is not known."),
                .field(
                    "vulnerabilities", .array(of: EndpointFindingView.schema), "Open and remediated, open ones first."),
                .field(
                    "compliance_status", .object([.field("evaluated", .boolean)]),
                    "Whether compliance checks have run on this endpoint."),
            ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            EndpointView(endpoint: endpoint.summary).writeFields(to: &writer)
            writer.field("device_id", endpoint.deviceID)
            writer.field("device_source", endpoint.deviceSource)
            writer.field("fqdn", endpoint.fqdn)
            writer.field("mac_address", endpoint.macAddress)
            writer.field("kernel_release", endpoint.kernelRelease)
            writer.field("architecture", endpoint.architecture)
            writer.field("agent_version", endpoint.agentVersion)
            writer.field("exposure", endpoint.exposure)
            writer.field("criticality", endpoint.criticality)
            writer.field("package_count", endpoint.packageCount)
            writer.field("inventory_at", endpoint.inventoryAt)
            writer.field("created_at", endpoint.createdAt)
            writer.field("tags", array: endpoint.tags)
            writer.field("excepted_findings", endpoint.exceptedFindings)
            writer.field("support_end", endpoint.supportEnd)
            writer.field("is_supported", endpoint.isSupported())
            writer.field("vulnerabilities", array: findings.map(EndpointFindingView.init))
            writer.field("compliance_status", object: { $0.field("evaluated", false) })
        }
    }
}

/// A finding as an endpoint's list shows it.
struct EndpointFindingView: JSONContent {
    let finding: FindingStore.View

    init(_ finding: FindingStore.View) { self.finding = finding }

    static let schema = Schema.named(
        "Finding",
        .object(
            [
                .field("cve_id", .string), .field("title", .string), .field("risk_score", .number(0...100)),
                .field("status", .cases(of: FindingStatus.self)), .field("severity", .cases(of: Severity.self).orNull),
                .field("cvss_score", .number(0...10).orNull), .field("epss", .number(0...1).orNull),
                .field("known_exploited", .boolean), .field("exploits", .integer),
                .field("endpoint_id", .uuid), .field("hostname", .string), .field("packages", .array(of: .string)),
                .field("installed_version", .string), .field("fixed_version", .string.orNull),
                .field("state", .string, "affected, or why there is no fix."), .field("detected_at", .timestamp),
                .field("remediated_at", .timestamp.orNull),
            ] + PriorityView.fields + [.field("explanation", ExplanationView.schema)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("cve_id", finding.cve)
            writer.field("title", finding.title)
            writer.field("risk_score", finding.riskScore)
            writer.field("status", finding.status.rawValue)
            writer.field("severity", finding.severity?.rawValue)
            writer.field("cvss_score", finding.cvss)
            writer.field("epss", finding.epss)
            writer.field("known_exploited", finding.isKnownExploited)
            writer.field("exploits", finding.exploitCount)
            writer.field("endpoint_id", finding.endpoint)
            writer.field("hostname", finding.hostname)
            writer.field("packages", array: finding.packages)
            writer.field("installed_version", finding.installed)
            writer.field("fixed_version", finding.fixed)
            writer.field("state", finding.state.rawValue)
            writer.field("detected_at", finding.detectedAt)
            writer.field("remediated_at", finding.remediatedAt)
            PriorityView(finding.priority).writeFields(to: &writer)
            writer.field("explanation", ExplanationView(explanation: finding.explanation))
        }
    }
}

/// Why a finding was made.
struct ExplanationView: JSONContent {
    let explanation: Explanation

    static let schema = Schema.named(
        "Explanation",
        .object([
            .field("records", .array(of: .string), "The records that matched; the first one decided."),
            .field("source", .string), .field("ecosystem", .string),
            .field("package", .string, "The name that was looked up: the source package on Debian."),
            .field("range", .string), .field("scheme", .string, "The version ordering used."),
            .field("installed", .string), .field("comparison", .string), .field("notes", .array(of: .string)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("records", array: explanation.records)
            writer.field("source", explanation.source.rawValue)
            writer.field("ecosystem", explanation.ecosystem)
            writer.field("package", explanation.package)
            writer.field("range", explanation.range)
            writer.field("scheme", explanation.scheme.rawValue)
            writer.field("installed", explanation.installed)
            writer.field("comparison", explanation.comparison)
            writer.field("notes", array: explanation.notes)
        }
    }
}
