import Domain
import FoundationEssentials
import Risk
import Store

extension ExceptionKind: JSONReadable, JSONWritable {}
extension ExceptionRecord.State: ParameterValue {}

/// An exception as the API shows it.
struct ExceptionView: JSONContent {
    let exception: ExceptionRecord

    init(_ exception: ExceptionRecord) { self.exception = exception }

    static let schema = Schema.named(
        "Exception",
        .object([
            .field("id", .uuid), .field("kind", .cases(of: ExceptionKind.self)),
            .field("state", .cases(of: ExceptionRecord.State.self)), .field("cve_id", .string.orNull),
            .field("package", .string.orNull), .field("endpoint_id", .uuid.orNull),
            .field("hostname", .string.orNull), .field("tag", .string.orNull), .field("reason", .string),
            .field("owner", .string, "Who answers for it."), .field("requested_by", .string),
            .field("decided_by", .string.orNull), .field("decided_at", .timestamp.orNull),
            .field("expires_at", .timestamp), .field("ended_by", .string.orNull),
            .field("ended_at", .timestamp.orNull), .field("created_at", .timestamp),
            .field("findings", .integer, "Findings that it keeps aside now, on all endpoints."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", exception.id)
            writer.field("kind", exception.kind.rawValue)
            writer.field("state", exception.state.rawValue)
            writer.field("cve_id", exception.cve)
            writer.field("package", exception.package)
            writer.field("endpoint_id", exception.endpoint)
            writer.field("hostname", exception.hostname)
            writer.field("tag", exception.tag)
            writer.field("reason", exception.reason)
            writer.field("owner", exception.owner)
            writer.field("requested_by", exception.requestedBy)
            writer.field("decided_by", exception.decidedBy)
            writer.field("decided_at", exception.decidedAt)
            writer.field("expires_at", exception.expiresAt)
            writer.field("ended_by", exception.endedBy)
            writer.field("ended_at", exception.endedAt)
            writer.field("created_at", exception.createdAt)
            writer.field("findings", exception.findings)
        }
    }
}

/// What somebody asks to be set aside.
struct NewException: JSONInput {
    static let fields: [Schema.Field] = [
        .field("kind", .cases(of: ExceptionKind.self)),
        .optional("cve_id", .string(length: 1...100).orNull, "The vulnerability; without it, any in the package."),
        .optional("package", .string(length: 1...500).orNull, "A package's name or its source's; without it, any."),
        .optional("endpoint_id", .uuid.orNull, "Only on this endpoint."),
        .optional("tag", .string(length: 1...100).orNull, "Only on endpoints with this tag."),
        .field("reason", .string(length: 1...2000), "Why it may stay."),
        .optional("owner", .string(length: 1...254).orNull, "Who answers for it; the caller where it is left out."),
        .field("expires_at", .timestamp, "When it ends. The tenant's policy says how far ahead it may lie."),
    ]
    static let schema = Schema.named("NewException", .object(fields))
    let request: ExceptionRequest

    init(json: JSONValue) throws(RequestError) {
        request = ExceptionRequest(
            kind: try json.required("kind"), cve: try json.optional("cve_id"), package: try json.optional("package"),
            endpoint: try json.optional("endpoint_id"), tag: try json.optional("tag"),
            reason: try json.required("reason"), owner: try json.optional("owner"),
            expiresAt: try json.required("expires_at"))
    }
}
