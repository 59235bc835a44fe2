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
            IntelligenceStatusView(sources: try await store.intelligence.status())
        }
    }
}

/// The loaded sources.
struct IntelligenceStatusView: JSONContent {
    let sources: [IntelligenceStore.SourceStatus]

    static let schema = Schema.array(of: SourceView.schema)

    func write(to writer: inout JSONWriter) { writer.array(sources.map(SourceView.init)) }

    private struct SourceView: JSONContent {
        let source: IntelligenceStore.SourceStatus

        static let schema = Schema.named(
            "IntelligenceSource",
            .object([
                .field("source", .string), .field("content_date", .timestamp.orNull, "The content's own date."),
                .field("imported_at", .timestamp.orNull), .field("records", .integer), .field("licence", .string),
                .field("lacks", .string, "What it does not tell; empty when complete."), .field("origin", .string),
                .field("last_error", .string.orNull, "Why the last attempt to fetch or load it failed."),
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
            }
        }
    }
}
