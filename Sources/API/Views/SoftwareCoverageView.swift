import Domain
import Scanner
import Store

/// `GET /api/software/unmatched`: how much of a tenant's software could be judged, and the worklist.
public struct SoftwareCoverageView: JSONContent {
    public let coverage: SoftwareCoverage

    public init(coverage: SoftwareCoverage) { self.coverage = coverage }

    public static let schema = Schema.named(
        "SoftwareCoverage",
        .object([
            .field("packages", .integer, "Distinct package versions on the tenant's endpoints."),
            .field("judged", .integer, "Those that some loaded intelligence can speak of."),
            .field("coverage_percent", .number(0...100)),
            .field("unmatched_count", .integer),
            .field("unmatched", .array(of: ItemView.schema), "On most endpoints first, at most 1,000."),
        ]))

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("packages", coverage.packages)
            writer.field("judged", coverage.judged)
            writer.field("coverage_percent", coverage.percent)
            writer.field("unmatched_count", coverage.unmatched.count)
            writer.field("unmatched", array: coverage.unmatched.prefix(1000).map(ItemView.init))
        }
    }

    private struct ItemView: JSONContent {
        let item: SoftwareCoverage.Item

        static let schema = Schema.named(
            "UnmatchedSoftware",
            .object([
                .field("name", .string), .field("version", .string), .field("type", .string),
                .field("endpoints", .integer), .field("reason", .string, "Why nothing is known of it, as a sentence."),
                .field("candidates", .array(of: .string), "CPE names that it may have."),
            ]))

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("name", item.software.name)
                writer.field("version", item.software.version)
                writer.field("type", item.software.type)
                writer.field("endpoints", item.endpoints)
                writer.field("reason", item.software.reason)
                writer.field("candidates", array: item.software.candidates)
            }
        }
    }
}
