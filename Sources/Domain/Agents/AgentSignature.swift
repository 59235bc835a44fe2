import FoundationEssentials

/// An agent on one machine, enrolled once.
public enum AgentTag {}
public typealias AgentID = Identifier<AgentTag>

/// What an agent puts its signature under: everything of a request that matters, and a number that is used once.
public struct AgentSignature: Sendable, Hashable {
    public var tenant: TenantID
    public var agent: AgentID
    /// Drawn when the agent's process starts: two processes that use one key differ in it.
    public var instance: UUID
    /// Higher in each request than in all before it, so that a request that was overheard is good for nothing.
    public var sequence: Int64
    /// Ed25519 over `message`.
    public var signature: [UInt8]

    public init(tenant: TenantID, agent: AgentID, instance: UUID, sequence: Int64, signature: [UInt8] = []) {
        self.tenant = tenant
        self.agent = agent
        self.instance = instance
        self.sequence = sequence
        self.signature = signature
    }

    private static let scheme = "Garrison-Agent"

    /// The bytes that are signed.
    ///
    /// - Parameter digest: SHA-256 of the body in hexadecimal.
    public func message(method: String, path: String, digest: String) -> [UInt8] {
        let parts = [
            "garrison-agent-1", method, path, tenant.description, agent.description,
            instance.uuidString.lowercased(), String(sequence), digest,
        ]
        return Array(parts.joined(separator: "\n").utf8)
    }

    /// The value of the Authorization header.
    public var header: String {
        let code = Data(signature).base64EncodedString()
        return "\(Self.scheme) tenant=\(tenant), agent=\(agent), instance=\(instance.uuidString.lowercased()), "
            + "sequence=\(sequence), signature=\"\(code)\""
    }

    /// Nil when the text is none.
    public init?(header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0] == Self.scheme else { return nil }
        var values: [String: String] = [:]
        for pair in parts[1].split(separator: ",") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            let name = halves[0].filter { $0 != " " }
            guard values.updateValue(halves[1].filter { $0 != " " && $0 != "\"" }, forKey: name) == nil else {
                return nil
            }
        }
        guard let tenant = values["tenant"].flatMap({ TenantID($0) }),
            let agent = values["agent"].flatMap({ AgentID($0) }),
            let instance = values["instance"].flatMap({ UUID(uuidString: $0) }),
            let sequence = values["sequence"].flatMap({ Int64($0) }),
            let signature = values["signature"].flatMap({ Data(base64Encoded: $0) })
        else { return nil }
        self.init(
            tenant: tenant, agent: agent, instance: instance, sequence: sequence, signature: Array(signature))
    }
}
