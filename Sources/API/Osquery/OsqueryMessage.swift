import Domain
import FoundationEssentials
import Hummingbird
import Identity
import Store

/// A node's key: `gaq_…`.
enum OsqueryKeyKind: TokenKind {
    static let prefix = "gaq_"
}

typealias OsqueryKey = BearerToken<OsqueryKeyKind>

/// A message of osquery. It says more than is read here, and other versions say other things.
struct OsqueryMessage: RouteInput {
    static let body = BodyContract.stream(
        mediaTypes: ["application/json"], description: "As osquery's TLS plugins send it; see docs/osquery.md.")
    let body: LimitedBody

    init(from request: RequestReader) throws {
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }

    func read() async throws -> JSONValue {
        let bytes = try await body.collect()
        do { return try JSONParser.parse(bytes) } catch { throw RequestError(error) }
    }

    /// What it says, and who says it; nil for a key that is nobody's.
    func admitted(by store: Store) async throws -> (JSONValue, OsqueryNode, TenantID)? {
        let message = try await read()
        guard case .string(let text)? = message["node_key"], let key = OsqueryKey(text),
            let node = try await store.osquery.node(keyHash: key.digest, tenant: key.tenant)
        else { return nil }
        return (message, node, key.tenant)
    }
}

/// An answer to osquery: always 200, since it reads nothing else.
struct OsqueryReply: ResponseContent {
    let fields: JSONValue

    /// The node has to enrol again.
    static let invalid = OsqueryReply(fields: .object([.init("node_invalid", true)]))
    static let done = OsqueryReply(fields: .object([.init("node_invalid", false)]))

    static var contract: ResponseContract {
        ResponseContract(description: "As osquery reads it.", mediaType: "application/json", schema: .any)
    }

    func response(in scope: RequestScope) -> Response { .json(fields.jsonBytes()) }
}
