import Domain
import FoundationEssentials
import Store

/// A reason for which a device is taken to be of an endpoint, or not.
struct EvidenceView: JSONWritable, SchemaProviding {
    let item: EvidenceItem

    static let schema = Schema.named(
        "IdentityEvidence",
        .object([
            .field("kind", .string, "agrees, differs, copied, succeeds or suggests."),
            .field("fact", .string, "Which fact it is: serial."), .field("value", .string),
            .field("sentence", .string),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("kind", item.kind)
            writer.field("fact", item.fact)
            writer.field("value", item.value)
            writer.field("sentence", item.sentence)
        }
    }
}

/// What the sources of an endpoint say, side by side.
struct EndpointSourcesView: JSONContent {
    let sources: [EndpointSource]
    let conflicts: [SourceConflict]

    static let schema = Schema.named(
        "EndpointSources",
        .object([
            .field("sources", .array(of: SourceView.schema)),
            .field(
                "conflicts",
                .array(
                    of: .object([
                        .field("field", .cases(of: SourceConflict.Field.self)),
                        .field("values", .map(of: .string), "What each source says, by its name and product."),
                    ])), "Where they contradict each other, the gravest first."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("sources", array: sources.map { SourceView(source: $0) })
            writer.field("conflicts", array: conflicts.map(Conflict.init))
        }
    }

    private struct Conflict: JSONWritable {
        let conflict: SourceConflict

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("field", conflict.field.rawValue)
                writer.field(
                    "values",
                    JSONValue.object(
                        conflict.values.sorted { $0.key < $1.key }.map { JSONValue.Field($0.key, .string($0.value)) }))
            }
        }
    }
}

/// An endpoint as one source knows it.
struct SourceView: JSONWritable, SchemaProviding {
    let source: EndpointSource

    static let schema = Schema.named(
        "EndpointSource",
        .object([
            .field("connector_id", .uuid), .field("device_id", .string, "The source's id of the device."),
            .field("source", .string, "The account's name."),
            .field(
                "product", .string.orNull,
                "The part of the vendor's product that has the device, where there are several: defender, intune."),
            .field("kind", .string),
            .field("confidence", .number, "How sure it is that this is the endpoint, 0 to 1."),
            .field("evidence", .array(of: EvidenceView.schema)),
            .field("report", .any, "What the source says of the device now; null where it says nothing."),
            .field("compliance", .any, "How it meets the source's policies; null where it does not say."),
            .field("packages", .integer.orNull, "How many it lists."),
            .field("vulnerabilities", .integer, "How many it sees open."), .field("linked_at", .timestamp),
            .field("first_seen_at", .timestamp), .field("last_seen_at", .timestamp),
            .field("ended_at", .timestamp.orNull, "Since when it does not list the device any more."),
            .field("quarantined_at", .timestamp.orNull, "Since when its reports contradict what is known."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("connector_id", source.device.connector)
            writer.field("device_id", source.device.deviceID)
            writer.field("source", source.source)
            writer.field("product", source.product)
            writer.field("kind", source.kind)
            writer.field("confidence", source.confidence)
            writer.field("evidence", array: source.evidence.map { EvidenceView(item: $0) })
            writer.field("report", Self.json(source.report))
            writer.field("compliance", Self.json(source.compliance))
            writer.field("packages", source.packages)
            writer.field("vulnerabilities", source.vulnerabilities)
            writer.field("linked_at", source.linkedAt)
            writer.field("first_seen_at", source.firstSeenAt)
            writer.field("last_seen_at", source.lastSeenAt)
            writer.field("ended_at", source.endedAt)
            writer.field("quarantined_at", source.quarantinedAt)
        }
    }

    private static func json(_ text: String?) -> JSONValue {
        text.flatMap { try? JSONParser.parse(Array($0.utf8)) } ?? .null
    }
}

/// Something that was decided about which devices are which endpoint.
struct IdentityEventView: JSONContent {
    let event: IdentityEvent

    static let schema = Schema.named(
        "IdentityEvent",
        .object([
            .field("id", .uuid), .field("at", .timestamp), .field("kind", .cases(of: IdentityEvent.Kind.self)),
            .field("endpoint_id", .uuid.orNull, "Of a merge the one that remains."),
            .field("other_endpoint_id", .uuid.orNull, "The one that became part of it, or was made out of it."),
            .field("connector_id", .uuid.orNull), .field("device_id", .string.orNull),
            .field("confidence", .number.orNull), .field("evidence", .array(of: EvidenceView.schema)),
            .field("actor", .string, "Who decided; empty for the evidence alone."), .field("reason", .string),
            .field("can_be_undone", .boolean), .field("undone_at", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", event.id)
            writer.field("at", event.at)
            writer.field("kind", event.kind.rawValue)
            writer.field("endpoint_id", event.endpoint)
            writer.field("other_endpoint_id", event.other)
            writer.field("connector_id", event.connector)
            writer.field("device_id", event.deviceID)
            writer.field("confidence", event.confidence)
            writer.field("evidence", array: event.evidence.map { EvidenceView(item: $0) })
            writer.field("actor", event.actor)
            writer.field("reason", event.reason)
            writer.field("can_be_undone", event.canBeUndone)
            writer.field("undone_at", event.undoneAt)
        }
    }
}

/// A report that contradicts what is known.
struct CollisionView: JSONContent {
    let collision: CollisionRecord

    static let schema = Schema.named(
        "IdentityCollision",
        .object([
            .field("id", .uuid), .field("kind", .oneOf(["takeover", "ambiguous"])), .field("open", .boolean),
            .field("connector_id", .uuid), .field("source", .string), .field("device_id", .string),
            .field("endpoint_ids", .array(of: .uuid), "The endpoints that it is about; some may be gone."),
            .field("evidence", .array(of: EvidenceView.schema)), .field("detected_at", .timestamp),
            .field("last_seen_at", .timestamp), .field("resolved_at", .timestamp.orNull),
            .field("resolved_by", .string.orNull), .field("resolution", .string.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", collision.id)
            writer.field("kind", collision.kind.rawValue)
            writer.field("open", collision.isOpen)
            writer.field("connector_id", collision.connector)
            writer.field("source", collision.source)
            writer.field("device_id", collision.deviceID)
            writer.field("endpoint_ids", array: collision.endpoints.map(\.description))
            writer.field("evidence", array: collision.evidence.map { EvidenceView(item: $0) })
            writer.field("detected_at", collision.detectedAt)
            writer.field("last_seen_at", collision.lastSeenAt)
            writer.field("resolved_at", collision.resolvedAt)
            writer.field("resolved_by", collision.resolvedBy)
            writer.field("resolution", collision.resolution)
        }
    }
}
