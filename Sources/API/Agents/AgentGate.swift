import AgentProtocol
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Store

/// A signed request of an agent: its body is read whole, since the signature covers it.
struct AgentInput<Content: Decodable & Sendable>: RouteInput {
    static var body: BodyContract {
        .stream(mediaTypes: ["application/json"], description: "See docs/agent.md; signed by the agent's key.")
    }
    let body: LimitedBody

    init(from request: RequestReader) throws {
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }

    /// Who sent it, and what.
    func admitted(by store: Store, _ scope: RequestScope) async throws -> (AgentRecord, TenantID, Content) {
        let (_, signature, bytes) = try await signed(by: store, scope)
        // Before the content is looked at, so that a number is used up whatever is in it.
        let admitted = try await store.agents.admit(signature)
        return (admitted, signature.tenant, try Self.decode(bytes))
    }

    /// Whose signature it bears; whether its number lets it in is not known yet.
    func signed(by store: Store, _ scope: RequestScope) async throws -> (AgentRecord, AgentSignature, [UInt8]) {
        let bytes = try await body.collect()
        guard let signature = scope.head.headerFields[.authorization].flatMap({ AgentSignature(header: $0) }) else {
            throw AgentRefusal.signature
        }
        let record: AgentRecord
        do {
            record = try await store.agents.find(signature.agent, tenant: signature.tenant)
        } catch StoreError.notFound {
            throw AgentRefusal.unknown
        }
        guard
            signature.isValid(
                publicKey: record.publicKey, method: scope.head.method.rawValue, path: scope.path, body: bytes)
        else { throw AgentRefusal.signature }
        return (record, signature, bytes)
    }

    /// The body as a tree.
    static func parse(_ bytes: [UInt8]) throws(RequestError) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw RequestError(error)
        }
    }

    static func decode(_ bytes: [UInt8]) throws -> Content {
        do {
            return try AgentJSON.decode(Content.self, from: bytes)
        } catch let error as DecodingError {
            throw RequestError.invalidField(name: "", message: "The body cannot be read: \(Self.sentence(error))")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the field \(key.stringValue) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) \(context.debugDescription)"
        @unknown default: "it has another form."
        }
    }
}

/// An answer to an agent, as `Codable` writes it.
struct AgentAnswer<Content: Encodable & Sendable>: ResponseContent {
    let content: Content

    static var contract: ResponseContract {
        ResponseContract(description: "As the agent reads it.", mediaType: "application/json", schema: .any)
    }

    func response(in scope: RequestScope) throws -> Response { .json(try AgentJSON.encode(content)) }
}
