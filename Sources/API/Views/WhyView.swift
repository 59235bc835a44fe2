import Domain
import Scanner

/// Why a vulnerability is or is not reported for an installed package.
public struct WhyView: JSONContent {
    let reason: Reason

    public init(_ reason: Reason) { self.reason = reason }

    public static let schema = Schema.named(
        "Why",
        .object([
            .field("cve", .string), .field("package", .string), .field("version", .string),
            .field("is_reported", .boolean), .field("code", .string, "Stable: which condition decided."),
            .field("sentence", .string), .field("record", .string.orNull, "The record that decided."),
            .field("range", .string.orNull), .field("comparison", .string.orNull),
        ]))

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("cve", reason.vulnerability)
            writer.field("package", reason.package)
            writer.field("version", reason.version)
            writer.field("is_reported", reason.verdict.isAffected)
            writer.field("code", reason.verdict.code)
            writer.field("sentence", reason.verdict.sentence)
            writer.field("record", reason.verdict.record)
            writer.field("range", reason.verdict.range)
            writer.field("comparison", reason.verdict.comparison)
        }
    }
}
