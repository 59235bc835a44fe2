import FoundationEssentials

/// How the server stands towards one agent, as far as letting its requests in goes. Pure: what a request with a valid
/// signature does to it, and whether the request is let in.
public struct AgentStanding: Sendable, Hashable {
    /// Whether its requests are listened to.
    public enum State: String, Sendable, Codable, CaseIterable {
        case active
        /// Its key was used from two places, or its machine is another one: nothing of it is believed until a person
        /// has looked.
        case quarantined
        case revoked
    }

    public var state: State
    /// Why it is quarantined, as a sentence.
    public var reason: String?
    /// Of the last request that was let in.
    public var sequence: Int64
    /// The process that sent it.
    public var instance: UUID?
    /// Processes before that, the last one first.
    public var retired: [UUID]

    /// Processes that are remembered: a copy comes back sooner than a machine restarts so often.
    private static let remembered = 16

    public init(
        state: State = .active, reason: String? = nil, sequence: Int64 = 0, instance: UUID? = nil, retired: [UUID] = []
    ) {
        self.state = state
        self.reason = reason
        self.sequence = sequence
        self.instance = instance
        self.retired = retired
    }

    /// What becomes of a request.
    public enum Verdict: Sendable, Hashable {
        case admitted
        /// Sent before, or overtaken by a later one; holds the last number that was used.
        case stale(Int64)
        /// The key is in use by two processes; true the first time that it is noticed.
        case cloned(isNew: Bool)
        case quarantined
        case revoked
    }

    /// Takes a request whose signature is valid.
    ///
    /// A process that is restarted gets another instance and never the old one again. So when an instance comes back
    /// after another one was heard, two processes have the key: the machine's disk was copied, or its state folder
    /// was. A request of the old process that was only late has a lower number than what came since, and is stale.
    public mutating func take(_ signature: AgentSignature) -> Verdict {
        if state == .revoked { return .revoked }
        guard signature.sequence > sequence else { return .stale(sequence) }
        sequence = signature.sequence
        guard signature.instance != instance else { return state == .quarantined ? .quarantined : .admitted }
        let isClone = retired.contains(signature.instance)
        if let instance {
            retired = Array(([instance] + retired.filter { $0 != signature.instance }).prefix(Self.remembered))
        }
        instance = signature.instance
        if isClone {
            let isNew = state != .quarantined
            state = .quarantined
            reason =
                "Its key is in use by two processes at once: the machine, its disk or the agent's state folder was copied."
            return .cloned(isNew: isNew)
        }
        return state == .quarantined ? .quarantined : .admitted
    }

    /// The machine says that it is another one than the one that was enrolled.
    public mutating func contradict(_ sentence: String) {
        guard state == .active else { return }
        state = .quarantined
        reason = sentence
    }

    /// A person has looked: what is heard from now on is believed, and processes before are forgotten.
    public mutating func accept() {
        guard state == .quarantined else { return }
        state = .active
        reason = nil
        instance = nil
        retired = []
    }
}
