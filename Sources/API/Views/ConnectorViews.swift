import Connectors
import Domain
import FoundationEssentials
import Store

/// A kind of connector: what has to be entered for it.
struct ConnectorKindView: JSONContent {
    let kind: ConnectorKind

    static let schema = Schema.named(
        "ConnectorKind",
        .object([
            .field("id", .string, example: .string("crowdstrike")), .field("title", .string),
            .field(
                "settings",
                .array(
                    of: .object([
                        .field("name", .string), .field("help", .string), .field("required", .boolean),
                        .field("secret", .boolean, "Belongs among the secrets; sealed, and never shown again."),
                    ]))),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", kind.id)
            writer.field("title", kind.title)
            writer.field("settings", array: kind.fields.map(Setting.init))
        }
    }

    private struct Setting: JSONWritable {
        let field: ConnectorKind.Field

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("name", field.name)
                writer.field("help", field.help)
                writer.field("required", field.isRequired)
                writer.field("secret", field.isSecret)
            }
        }
    }
}

/// An account at a vendor; nothing secret.
struct ConnectorView: JSONContent {
    let account: ConnectorAccount
    /// Nil for accounts that are not pulled.
    let status: ConnectorStatus?

    init(_ account: ConnectorAccount, _ status: ConnectorStatus?) {
        self.account = account
        self.status = account.isImplicit ? nil : status
    }

    static let schema = Schema.named(
        "Connector",
        .object([
            .field("id", .uuid), .field("kind", .string, example: .string("crowdstrike")), .field("name", .string),
            .field("settings", .map(of: .string), "What was entered and is no secret."),
            .field("created_at", .timestamp),
            .field("synced_at", .timestamp.orNull, "When all of it was last read to the end."),
            .field("last_error", .string.orNull, "Why the last sync stopped; null when it did not."),
            .field("records", .map(of: .integer), "What is known of it now, by stream."),
            .field("quarantined", .integer, "Records that could not be understood."),
            .field("implicit", .boolean, "Whether it was made on demand for what comes unasked; it is not pulled."),
            .field("paused", .boolean.orNull), .field("running", .boolean.orNull, "Whether it is being read now."),
            .field("interval_seconds", .integer.orNull), .field("full_interval_seconds", .integer.orNull),
            .field("next_sync_at", .timestamp.orNull, "Null while it is paused, and for what is not pulled."),
            .field("failures", .integer.orNull, "Syncs in a row that stopped."),
            .field(
                "lag_seconds", .number.orNull,
                "Since the moment up to which all is known; null where a stream was never read to the end."),
            .field("streams", .array(of: StreamView.schema)),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", account.id)
            writer.field("kind", account.kind)
            writer.field("name", account.name)
            writer.field(
                "settings",
                JSONValue.object(
                    account.settings.sorted { $0.key < $1.key }.map { JSONValue.Field($0.key, .string($0.value)) }))
            writer.field("created_at", account.createdAt)
            writer.field("synced_at", account.syncedAt)
            writer.field("last_error", account.lastError)
            writer.field(
                "records",
                JSONValue.object(
                    account.records.sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { JSONValue.Field($0.key.rawValue, .integer($0.value)) }))
            writer.field("quarantined", account.quarantined)
            writer.field("implicit", account.isImplicit)
            writer.field("paused", status?.schedule.isPaused)
            writer.field("running", status?.isRunning)
            writer.field("interval_seconds", status?.schedule.interval)
            writer.field("full_interval_seconds", status?.schedule.fullInterval)
            writer.field("next_sync_at", status?.nextSyncAt)
            writer.field("failures", status?.failures)
            writer.field("lag_seconds", status?.lag(at: Date()))
            writer.field("streams", array: (status?.streams ?? []).map { StreamView(status: $0) })
        }
    }
}

/// How reading one kind of record went.
struct StreamView: JSONWritable, SchemaProviding {
    let status: StreamStatus

    static let schema = Schema.named(
        "ConnectorStreamStatus",
        .object([
            .field("stream", .cases(of: ConnectorStream.self)), .field("started_at", .timestamp),
            .field("finished_at", .timestamp.orNull), .field("duration_seconds", .number.orNull),
            .field("records", .integer, "What the last sync read."),
            .field("quarantined", .integer, "What it could not understand of that."),
            .field("current_to", .timestamp.orNull, "All that changed before this moment is known."),
            .field("full_finished_at", .timestamp.orNull, "When everything was last read to the end."),
            .field("error", .string.orNull, "Why the last sync could not read it."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("stream", status.stream.rawValue)
            writer.field("started_at", status.startedAt)
            writer.field("finished_at", status.finishedAt)
            writer.field("duration_seconds", status.duration)
            writer.field("records", status.records)
            writer.field("quarantined", status.quarantined)
            writer.field("current_to", status.currentTo)
            writer.field("full_finished_at", status.fullFinishedAt)
            writer.field("error", status.error)
        }
    }
}

/// What credentials may do.
struct AccessChecksView: JSONContent {
    let checks: [AccessCheck]

    static let schema = Schema.named(
        "AccessChecks",
        .object([
            .field("complete", .boolean, "Whether nothing is missing."),
            .field(
                "checks",
                .array(
                    of: .object([
                        .field("permission", .string, "As the vendor's console calls it."),
                        .field("granted", .boolean),
                        .field("purpose", .string, "What stays empty or impossible without it."),
                        .field("problem", .string.orNull, "Why it does not work, and what to do."),
                    ]))),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("complete", checks.allSatisfy(\.isGranted))
            writer.field("checks", array: checks.map(Line.init))
        }
    }

    private struct Line: JSONWritable {
        let check: AccessCheck

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("permission", check.permission)
                writer.field("granted", check.isGranted)
                writer.field("purpose", check.purpose)
                writer.field("problem", check.problem)
            }
        }
    }
}

/// A record that could not be understood.
struct QuarantinedRecordView: JSONContent {
    let record: QuarantinedRecord

    init(_ record: QuarantinedRecord) { self.record = record }

    static let schema = Schema.named(
        "QuarantinedRecord",
        .object([
            .field("stream", .cases(of: ConnectorStream.self)),
            .field("source_id", .string.orNull, "The vendor's id, where that much could be read."),
            .field("field", .string, "The field at fault as a path; empty for the record itself."),
            .field("reason", .string, "What is wrong with it."),
            .field("record", .string, "The record as the vendor sent it."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("stream", record.stream.rawValue)
            writer.field("source_id", record.sourceID)
            writer.field("field", record.field)
            writer.field("reason", record.reason)
            writer.field("record", record.json)
        }
    }
}
