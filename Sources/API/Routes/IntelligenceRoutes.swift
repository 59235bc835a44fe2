import Domain
import FoundationEssentials
import Store

/// `/api/intelligence`: what is known, and how old it is.
enum IntelligenceRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [status(store).erased] }

    private static func status(_ store: Store) -> Route<NoInput, IntelligenceStatusView> {
        Route(
            .get, "/api/intelligence", "Get the intelligence status", tag: "Intelligence", access: .permission(.read),
            description: "The loaded sources with the date of their content, their licence and what they lack."
        ) { _, _ in
            IntelligenceStatusView(
                sources: try await store.intelligence.status(), quarantine: try await store.intelligence.quarantine())
        }
    }
}

/// The loaded sources.
struct IntelligenceStatusView: JSONContent {
    let sources: [IntelligenceStore.SourceStatus]
    let quarantine: [IntelligenceStore.QuarantinedRecord]

    static let schema = Schema.array(of: SourceView.schema)

    /// As many records that were left out are told of a source.
    private static let told = 20

    func write(to writer: inout JSONWriter) {
        let quarantine = Dictionary(grouping: quarantine, by: \.source)
        writer.array(
            sources.map { source in
                let records = quarantine[source.source, default: []].prefix(Self.told)
                return SourceView(source: source, quarantine: records.map(QuarantineView.init))
            })
    }

    private struct QuarantineView: JSONContent {
        let record: IntelligenceStore.QuarantinedRecord

        static let schema = Schema.object([
            .field("record", .string, "Its id, else its place in the feed."), .field("reason", .string),
        ])

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("record", record.record)
                writer.field("reason", record.reason)
            }
        }
    }

    private struct SourceView: JSONContent {
        let source: IntelligenceStore.SourceStatus
        let quarantine: [QuarantineView]

        static let schema = Schema.named(
            "IntelligenceSource",
            .object([
                .field("source", .string), .field("content_date", .timestamp.orNull, "The content's own date."),
                .field("imported_at", .timestamp.orNull), .field("records", .integer), .field("licence", .string),
                .field("lacks", .string, "What it does not tell; empty when complete."), .field("origin", .string),
                .field("last_error", .string.orNull, "Why the last attempt to fetch or load it failed."),
                .field("state", .string, "`ok`, or `degraded`: something of it could not be had or used."),
                .field("quarantined", .integer, "Records that were left out as they make no sense."),
                .field("quarantine", .array(of: QuarantineView.schema), "The first of them."),
            ]))

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("source", source.source)
                writer.field("content_date", source.contentDate)
                writer.field("imported_at", source.importedAt)
                writer.field("records", source.records)
                writer.field("licence", source.licence)
                writer.field("lacks", source.lacks)
                writer.field("origin", source.origin)
                writer.field("last_error", source.lastError)
                writer.field("state", source.isDegraded ? "degraded" : "ok")
                writer.field("quarantined", source.quarantined)
                writer.field("quarantine", array: quarantine)
            }
        }
    }
}
