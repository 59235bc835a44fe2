import Domain

/// What can be wrong with running an agent.
public enum AgentError: UserFacingError, Hashable {
    /// The folder of its state cannot be read or written; with the system's words.
    case state(path: String, reason: String)
    case notEnrolled(path: String)
    case alreadyEnrolled(path: String)
    case alreadyRunning(path: String)
    case address(String, reason: String)
    case unreachable(String, reason: String)
    /// The server's own words.
    case refused(status: Int, code: String, reason: String)
    case isolation(String)

    public var code: String {
        switch self {
        case .state: "agent.state"
        case .notEnrolled: "agent.not_enrolled"
        case .alreadyEnrolled: "agent.already_enrolled"
        case .alreadyRunning: "agent.already_running"
        case .address: "agent.address"
        case .unreachable: "agent.unreachable"
        case .refused(_, let code, _): code
        case .isolation: "agent.isolation"
        }
    }

    public var message: String {
        switch self {
        case .state(let path, let reason): "The agent's state in \(path) cannot be used: \(reason)."
        case .notEnrolled(let path):
            "This machine is not enrolled (there is no agent in \(path)). Run: garrison agent enrol --server URL --token TOKEN"
        case .alreadyEnrolled(let path):
            "This machine is enrolled already (in \(path)). To enrol it anew, run `garrison agent uninstall` first."
        case .alreadyRunning(let path): "Another agent is running on \(path). Stop it first."
        case .address(let address, let reason): "The server's address \(address) cannot be used: \(reason)."
        case .unreachable(let address, let reason): "The server \(address) cannot be reached: \(reason)."
        case .refused(let status, _, let reason): "The server refuses with status \(status): \(reason)"
        case .isolation(let reason): "The machine's traffic cannot be changed: \(reason)."
        }
    }

    /// Whether the server has decided, so that asking again changes nothing.
    var isFinal: Bool {
        if case .refused(let status, _, _) = self {
            return (400..<500).contains(status) && ![408, 409, 429].contains(status)
        }
        return false
    }
}
