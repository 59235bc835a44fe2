import Domain
import FoundationEssentials

/// Whether enough people agree with a deployment.
public struct Approvals: Sendable, Hashable {
    /// One person's word on one revision of the plan.
    public struct Word: Sendable, Hashable, Codable {
        public let person: UserID
        public let agrees: Bool
        public let revision: Int

        public init(person: UserID, agrees: Bool, revision: Int = 1) {
            self.person = person
            self.agrees = agrees
            self.revision = revision
        }
    }

    public enum Outcome: Sendable, Hashable {
        case approved
        case waiting(more: Int)
        case refused(by: UserID)
    }

    public let rule: DeploymentPlan.Approval
    public let requester: UserID
    /// Words on an earlier plan do not count for a changed one.
    public let revision: Int

    public init(_ rule: DeploymentPlan.Approval, requester: UserID, revision: Int = 1) {
        self.rule = rule
        self.requester = requester
        self.revision = revision
    }

    /// What is wrong with somebody's word, as a sentence; nil where it counts.
    public func defect(of word: Word) -> String? {
        if word.agrees && word.person == requester {
            return "You have asked for this deployment: somebody else has to approve it."
        }
        return word.revision == revision ? nil : "The plan was changed: read it again."
    }

    /// Each person counts once, by the last word; one refusal is enough.
    public func outcome(_ words: [Word]) -> Outcome {
        var last: [UserID: Bool] = [:]
        for word in words where defect(of: word) == nil { last[word.person] = word.agrees }
        if let refuser = words.last(where: { last[$0.person] == false })?.person { return .refused(by: refuser) }
        let more = rule.needed - last.count
        return more <= 0 ? .approved : .waiting(more: more)
    }
}
