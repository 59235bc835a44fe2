/// What an endpoint is handed. Its text is the same however often it is handed out, and the endpoint keeps it in its
/// journal: it never does one job twice.
public struct PatchJob: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable {
        case install, rollback
    }

    public let deployment: DeploymentID
    public let endpoint: EndpointID
    public let kind: Kind
    /// Grows only when a person has it tried again.
    public let attempt: Int

    public init(deployment: DeploymentID, endpoint: EndpointID, kind: Kind, attempt: Int) {
        self.deployment = deployment
        self.endpoint = endpoint
        self.kind = kind
        self.attempt = attempt
    }

    public var description: String { "\(deployment):\(endpoint):\(kind.rawValue):\(attempt)" }

    /// Nil where `text` is not one's description.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let deployment = DeploymentID(parts[0]), let endpoint = EndpointID(parts[1]),
            let kind = Kind(rawValue: parts[2]), let attempt = Int(parts[3]), attempt > 0
        else { return nil }
        self.init(deployment: deployment, endpoint: endpoint, kind: kind, attempt: attempt)
    }
}

/// Who, or what, changed something.
public enum PatchActor: Sendable, Hashable, Codable {
    /// A person, or a person's token.
    case person(UserID, name: String)
    case endpoint(EndpointID)
    case gate
    /// The clock, or a worker that carries out what was decided.
    case server

    public var label: String {
        switch self {
        case .person(_, let name): name
        case .endpoint: "the endpoint"
        case .gate: "the gate"
        case .server: "the server"
        }
    }
}
