import Agent
import AgentProtocol
import Domain
import FoundationEssentials

/// Makes this machine an agent's: a key that never leaves it, and the server's word that it is known.
public struct Enrolment {
    public var server: String
    public var token: String
    public var authorities: String?
    public var allowsPlainHTTP: Bool
    public var folder: StateFolder
    public var version: String

    public init(
        server: String, token: String, authorities: String? = nil, allowsPlainHTTP: Bool = false, folder: StateFolder,
        version: String
    ) {
        self.server = server
        self.token = token
        self.authorities = authorities
        self.allowsPlainHTTP = allowsPlainHTTP
        self.folder = folder
        self.version = version
    }

    private static let draft = "enrolling.key"

    /// Asking again after an answer that was lost gives the same agent: the key is kept until the server has it.
    public func run() async throws -> AgentEnrolled {
        try folder.create()
        let lock = try StateLock(folder)
        if try folder.read("agent.json") != nil { throw AgentError.alreadyEnrolled(path: folder.path) }
        let address = try ServerAddress(server, allowsPlainHTTP: allowsPlainHTTP)
        let inventory = try HostCollector(agentVersion: version).collect()
        let key = try folder.read(Self.draft).flatMap { AgentKey(bytes: $0) } ?? AgentKey()
        try folder.write(key.bytes, to: Self.draft)
        let enrolment = AgentEnrolment(
            token: token, publicKey: Data(key.publicKey).base64EncodedString(),
            facts: MachineFacts.of(inventory, version: version))
        let link = try ServerLink(address, authorities: authorities)
        let outcome: Result<[UInt8], any Error>
        do {
            let body = try AgentJSON.encode(enrolment)
            // The tenant and the agent's id are not known yet; the key is proved all the same.
            let nobody = AgentSignature(
                tenant: TenantID(Self.nil), agent: AgentID(Self.nil), instance: Self.nil, sequence: 0)
            outcome = .success(
                try await link.send(body, to: "/api/agents/enrol") { path, body in
                    try key.sign(nobody, method: "POST", path: path, body: body).header
                })
        } catch {
            outcome = .failure(error)
        }
        await link.close()
        let enrolled: AgentEnrolled = try AgentJSON.decode(from: outcome.get())
        try AgentIdentity(
            server: server, authorities: authorities, allowsPlainHTTP: allowsPlainHTTP, tenant: enrolled.tenant,
            agent: enrolled.agent, key: Data(key.bytes).base64EncodedString(),
            orderKey: enrolled.orderKey.flatMap { $0.isSound ? $0 : nil }
        ).save(folder)
        try folder.remove(Self.draft)
        _ = consume lock
        return enrolled
    }

    private static let `nil` = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
