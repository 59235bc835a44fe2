import Domain
import Store

/// A row of `GET /api/patches/available`.
struct PatchView: JSONContent {
    let patch: PatchStore.Summary

    init(_ patch: PatchStore.Summary) { self.patch = patch }

    static let fields: [Schema.Field] = [
        .field("id", .uuid),
        .field("kb_number", .string, "The vendor's number, or the upload: debian/openssl/3.0.13-1~deb12u1."),
        .field("title", .string), .field("severity", .cases(of: Severity.self).orNull),
        .field("released_date", .string(.date).orNull), .field("kind", .cases(of: PatchKind.self)),
        .field("products", .array(of: .string), "What it is for."),
        .field("endpoints", .integer, "Endpoints on which it ends an open finding."),
        .field("vulnerabilities", .integer, "The different vulnerabilities of these findings."),
        .field("risk_removed", .number, "The risk of these findings, summed over all endpoints."),
        .field("risk_per_reboot", .number.orNull, "Null where it needs no reboot."),
        .field("reboot_required", .boolean), .field("estimated_size_mb", .number.orNull),
        .field("is_superseded", .boolean, "All that it fixes, others fix that take its place."),
    ]

    static let schema = Schema.named("Patch", .object(fields))

    func write(to writer: inout JSONWriter) {
        writer.object { writeFields(to: &$0) }
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("id", patch.id)
        writer.field("kb_number", patch.number)
        writer.field("title", patch.title)
        writer.field("severity", patch.severity?.rawValue)
        writer.field("released_date", patch.released)
        writer.field("kind", patch.kind.rawValue)
        writer.field("products", array: patch.products)
        writer.field("endpoints", patch.endpoints)
        writer.field("vulnerabilities", patch.vulnerabilities)
        writer.field("risk_removed", patch.riskRemoved)
        writer.field("risk_per_reboot", patch.riskPerReboot)
        writer.field("reboot_required", patch.needsReboot)
        writer.field("estimated_size_mb", patch.sizeMB)
        writer.field("is_superseded", patch.isSuperseded)
    }
}

/// `GET /api/patches/{id}`.
struct PatchDetailView: JSONContent {
    let detail: PatchStore.Detail

    static let schema = Schema.named(
        "PatchDetail",
        .object(
            PatchView.fields + [
                .field("description", .string.orNull), .field("link", .string.orNull),
                .field("source", .string.orNull), .field("builds", .array(of: .string)),
                .field("vulnerability_count", .integer),
                .field("fixes", .array(of: FixedVulnerabilityView.schema), "What is open here first."),
                .field("package_count", .integer), .field("packages", .array(of: PatchedPackageView.schema)),
                .field("superseded_by", .array(of: RelatedPatchView.schema), "The nearest first."),
                .field("supersedes", .array(of: RelatedPatchView.schema), "The nearest first."),
                .field(
                    "prerequisites", .array(of: RelatedPatchView.schema),
                    "What has to be installed before it, where it is not, on one of its products at least; the nearest first."
                ),
            ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            PatchView(detail.summary).writeFields(to: &writer)
            writer.field("description", detail.description)
            writer.field("link", detail.link)
            writer.field("source", detail.source)
            writer.field("builds", array: detail.builds)
            writer.field("vulnerability_count", detail.vulnerabilityCount)
            writer.field("fixes", array: detail.vulnerabilities.map(FixedVulnerabilityView.init))
            writer.field("package_count", detail.packageCount)
            writer.field("packages", array: detail.packages.map(PatchedPackageView.init))
            writer.field("superseded_by", array: detail.supersededBy.map(RelatedPatchView.init))
            writer.field("supersedes", array: detail.supersedes.map(RelatedPatchView.init))
            writer.field("prerequisites", array: detail.prerequisites.map(RelatedPatchView.init))
        }
    }
}

/// A vulnerability that a patch ends.
struct FixedVulnerabilityView: JSONContent {
    let vulnerability: PatchStore.FixedVulnerability

    static let schema = Schema.named(
        "FixedVulnerability",
        .object([
            .field("cve_id", .string), .field("title", .string), .field("severity", .cases(of: Severity.self).orNull),
            .field("endpoints", .integer, "Endpoints on which the patch ends an open finding of it."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("cve_id", vulnerability.cve)
            writer.field("title", vulnerability.title)
            writer.field("severity", vulnerability.severity?.rawValue)
            writer.field("endpoints", vulnerability.endpoints)
        }
    }
}

/// What a patch brings to which version, as advisories name it.
struct PatchedPackageView: JSONContent {
    let package: PatchedPackage

    static let schema = Schema.named(
        "PatchedPackage",
        .object([
            .field("ecosystem", .string), .field("name", .string), .field("fixed_version", .string),
            .field("stream", .string.orNull, "The module stream of Enterprise Linux."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("ecosystem", package.ecosystem.description)
            writer.field("name", package.name)
            writer.field("fixed_version", package.fixed)
            writer.field("stream", package.stream.isEmpty ? nil : package.stream)
        }
    }
}

/// A patch before or after another.
struct RelatedPatchView: JSONContent {
    let relative: PatchStore.Relative

    static let schema = Schema.named(
        "RelatedPatch",
        .object([
            .field("id", .uuid.orNull, "Null where it is known by its number alone."), .field("kb_number", .string),
            .field("title", .string.orNull), .field("distance", .integer, "How many steps away."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", relative.id)
            writer.field("kb_number", relative.number)
            writer.field("title", relative.title)
            writer.field("distance", relative.distance)
        }
    }
}

/// An endpoint that needs a patch.
struct PatchNeedView: JSONContent {
    let need: PatchStore.Need

    init(_ need: PatchStore.Need) { self.need = need }

    static let schema = Schema.named(
        "PatchNeed",
        .object([
            .field("endpoint_id", .uuid), .field("hostname", .string), .field("os_name", .string),
            .field("status", .cases(of: EndpointStatus.self)),
            .field("risk_removed", .number, "The risk of the open findings that it ends there."),
            .field("vulnerabilities", .integer), .field("last_seen", .timestamp.orNull),
            .field("packages", .array(of: PackageChangeView.schema)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("endpoint_id", need.endpoint)
            writer.field("hostname", need.hostname)
            writer.field("os_name", need.osName)
            writer.field("status", need.status.rawValue)
            writer.field("risk_removed", need.riskRemoved)
            writer.field("vulnerabilities", need.vulnerabilities)
            writer.field("last_seen", need.lastSeen)
            writer.field("packages", array: need.packages.map(PackageChangeView.init))
        }
    }
}

/// A package that a patch brings to another version on an endpoint.
struct PackageChangeView: JSONContent {
    let change: PackageChange

    static let schema = Schema.named(
        "PackageChange",
        .object([
            .field("name", .string), .field("architecture", .string.orNull), .field("installed", .string),
            .field("version", .string.orNull, "Null where it cannot be told: what the repository has counts."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", change.name)
            writer.field("architecture", change.architecture)
            writer.field("installed", change.installed)
            writer.field("version", change.version)
        }
    }
}
