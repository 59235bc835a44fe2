import FoundationEssentials

/// One step of a deployment or of one of its targets, as it is kept. The time is the server's: what an endpoint's clock
/// says decides nothing.
public struct PatchTransition<Status: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    public let from: Status
    public let to: Status
    public let at: Date
    public let actor: PatchActor
    /// As a sentence.
    public let reason: String?

    public init(from: Status, to: Status, at: Date, actor: PatchActor, reason: String? = nil) {
        self.from = from
        self.to = to
        self.at = at
        self.actor = actor
        self.reason = reason
    }
}
