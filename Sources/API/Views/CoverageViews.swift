import Domain
import Store

/// An endpoint whose sources contradict each other.
struct DisagreementView: JSONContent {
    let disagreement: Disagreement

    static let schema = Schema.named(
        "Disagreement",
        .object([
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("risk_score", .number),
            .field("fields", .array(of: .cases(of: SourceConflict.Field.self)), "The gravest first."),
            .field("weight", .integer, "Of all that contradicts; the more the graver."),
            .field("sources", .array(of: .string)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoint_id", disagreement.endpoint)
            writer.field("hostname", disagreement.hostname)
            writer.field("risk_score", disagreement.riskScore)
            writer.field("fields", array: disagreement.fields.map(\.rawValue))
            writer.field("weight", disagreement.weight)
            writer.field("sources", array: disagreement.sources)
        }
    }
}

/// An endpoint that sources do not have.
struct CoverageGapView: JSONContent {
    let gap: CoverageGap

    static let schema = Schema.named(
        "CoverageGap",
        .object([
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("os_type", .string),
            .field("risk_score", .number), .field("last_seen", .timestamp),
            .field("sources", .array(of: .string), "Those that do have it."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoint_id", gap.endpoint)
            writer.field("hostname", gap.hostname)
            writer.field("os_type", gap.osType)
            writer.field("risk_score", gap.riskScore)
            writer.field("last_seen", gap.lastSeen)
            writer.field("sources", array: gap.sources)
        }
    }
}

/// How many of the endpoints a source has.
struct SourceCoverageView: JSONContent {
    let coverage: SourceCoverage

    static let schema = Schema.named(
        "SourceCoverage",
        .object([
            .field("connector_id", .uuid), .field("source", .string), .field("kind", .string),
            .field("endpoints", .integer),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("connector_id", coverage.connector)
            writer.field("source", coverage.source)
            writer.field("kind", coverage.kind)
            writer.field("endpoints", coverage.endpoints)
        }
    }
}

/// Who says that an endpoint has a vulnerability.
struct VulnerabilityClaimView: JSONContent {
    let claim: VulnerabilityClaim

    static let schema = Schema.named(
        "VulnerabilityClaim",
        .object([
            .field("vulnerability", .string, "A CVE, or the source's own id.", example: .string("CVE-2023-2725")),
            .field("sources", .array(of: .string), "Those that see it open."),
            .field("status", .cases(of: FindingStatus.self).orNull, "What Garrison's scan says; null where nothing."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("vulnerability", claim.vulnerability)
            writer.field("sources", array: claim.sources)
            writer.field("status", claim.status?.rawValue)
        }
    }
}
