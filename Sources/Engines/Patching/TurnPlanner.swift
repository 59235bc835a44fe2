import Domain
import FoundationEssentials

/// Which waiting targets may begin now. It works from counts and a page of candidates, never from whole deployments.
public struct TurnPlanner: Sendable {
    /// The waiting targets of one ring and schedule of a deployment, and how that deployment stands.
    public struct Lane: Sendable, Hashable {
        public let deployment: DeploymentID
        public let ring: Int
        public let kind: PatchJob.Kind
        public let life: DeploymentLife
        public let limits: DeploymentLimits
        /// Nil where there are no windows.
        public let calendar: WindowCalendar?
        /// Endpoints that are there to begin, in the order in which they should: a page, not all.
        public let candidates: [EndpointID]

        public init(
            deployment: DeploymentID, ring: Int, kind: PatchJob.Kind = .install, life: DeploymentLife,
            limits: DeploymentLimits = DeploymentLimits(), calendar: WindowCalendar? = nil, candidates: [EndpointID]
        ) {
            self.deployment = deployment
            self.ring = ring
            self.kind = kind
            self.life = life
            self.limits = limits
            self.calendar = calendar
            self.candidates = candidates
        }
    }

    /// What is out of a deployment, over all its lanes.
    public struct Load: Sendable, Hashable {
        /// Targets under way that hold a place.
        public var underWay: Int
        /// Of which may be downloading.
        public var downloading: Int

        public init(underWay: Int = 0, downloading: Int = 0) {
            self.underWay = underWay
            self.downloading = downloading
        }

        /// - Parameter released: of those under way, how many hold no place any more (`TargetPace.releases`).
        public init(_ targets: TargetCounts, released: Int = 0) {
            self.init(
                underWay: max(targets.underWay - released, 0), downloading: targets.sum(where: \.isPrepared))
        }
    }

    public struct Start: Sendable, Hashable {
        public let deployment: DeploymentID
        public let ring: Int
        public let kind: PatchJob.Kind
        public let endpoint: EndpointID
    }

    /// Why a lane starts no more.
    public enum Reason: Sendable, Hashable {
        /// All its candidates begin.
        case none
        /// Its ring is not open, or the deployment lets nobody begin.
        case closedRing
        /// Nil: no window opens within a year.
        case closedWindow(opens: Date?)
        case deploymentLimit, bandwidth
        /// The tenant's limit for all deployments.
        case sharedLimit
        /// What is left is under way for another deployment.
        case busy
    }

    public struct Turn: Sendable, Hashable {
        public let starts: [Start]
        /// For each lane, in their order.
        public let reasons: [Reason]
        /// When a window opens for a lane that waits for one.
        public let wake: Date?
    }

    /// Targets under way at once, over all deployments; nil for any number.
    public let sharedLimit: Int?

    public init(sharedLimit: Int? = nil) { self.sharedLimit = sharedLimit }

    /// Slots go round: of the lanes that could use one, each time to one whose deployment has fewest under way.
    ///
    /// - Parameters:
    ///   - loads: what is out, by deployment.
    ///   - turn: a number that grows, so that ties are not always broken the same way.
    public func plan(_ lanes: [Lane], loads: [DeploymentID: Load], turn: Int = 0, at now: Date) -> Turn {
        var deal = TurnDeal(loads: loads, sharedLimit: sharedLimit)
        var reasons = lanes.map { lane in closed(lane, now) }
        for index in Self.order(lanes.indices.filter { reasons[$0] == nil }, turn) { deal.enter(lanes[index], index) }
        while let (index, reason) = deal.next(lanes) { reasons[index] = reason }
        let opens = reasons.compactMap { reason -> Date? in
            if case .closedWindow(let opens) = reason { opens } else { nil }
        }
        return Turn(starts: deal.starts, reasons: reasons.map { $0 ?? .none }, wake: opens.min())
    }

    private static func order(_ indices: [Int], _ turn: Int) -> [Int] {
        guard !indices.isEmpty else { return [] }
        let first = ((turn % indices.count) + indices.count) % indices.count
        return Array(indices[first...] + indices[..<first])
    }

    private func closed(_ lane: Lane, _ now: Date) -> Reason? {
        guard lane.life.lets(lane.kind, in: lane.ring) else { return .closedRing }
        // What harms is taken away at once, whatever the window.
        guard lane.kind == .install, let calendar = lane.calendar, !calendar.isOpen(at: now) else { return nil }
        return .closedWindow(opens: calendar.nextOpening(from: now))
    }
}
