import AgentProtocol
import Domain
import FoundationEssentials

/// Who this agent is and whom it talks to, as it stands in its folder.
struct AgentIdentity: Codable, Sendable {
    var server: String
    /// Certificates that are trusted besides the system's.
    var authorities: String?
    var allowsPlainHTTP: Bool
    var tenant: TenantID
    var agent: AgentID
    /// Base64 of the key, which nobody else has.
    var key: String
    /// Whose orders are believed; nil until it was told one.
    var orderKey: OrderKey?

    private static let file = "agent.json"

    static func load(_ folder: StateFolder) throws(AgentError) -> AgentIdentity {
        guard let bytes = try folder.read(file) else { throw .notEnrolled(path: folder.path) }
        guard let identity = try? AgentJSON.decode(AgentIdentity.self, from: bytes), identity.signingKey != nil else {
            throw .state(path: folder.path, reason: "\(file) is damaged; remove the folder and enrol the machine again")
        }
        return identity
    }

    func save(_ folder: StateFolder) throws(AgentError) {
        guard let bytes = try? AgentJSON.encode(self) else {
            throw .state(path: folder.path, reason: "\(Self.file) cannot be written")
        }
        try folder.write(bytes, to: Self.file)
    }

    var signingKey: AgentKey? {
        Data(base64Encoded: key).flatMap { AgentKey(bytes: Array($0)) }
    }
}
