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
        /// Targets under way.
        public var underWay: Int
        /// Of which may be downloading.
        public var downloading: Int

        public init(underWay: Int = 0, downloading: Int = 0) {
            self.underWay = underWay
            self.downloading = downloading
        }

        public init(_ targets: TargetCounts) {
            self.init(underWay: targets.underWay, downloading: targets.sum(where: \.isPrepared))
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
        var deal = Deal(loads: loads, left: sharedLimit.map { $0 - loads.values.reduce(0) { $0 + $1.underWay } })
        var reasons = lanes.map { lane in closed(lane, now) }
        var open = lanes.indices.filter { reasons[$0] == nil }
        var rotation = open.isEmpty ? 0 : ((turn % open.count) + open.count) % open.count
        open = Array(open[rotation...] + open[..<rotation])
        rotation = 0
        var next = [Int](repeating: 0, count: lanes.count)
        while !open.isEmpty {
            // Fewest under way first; the one that was served last comes last among equals.
            guard let place = open.indices.min(by: { deal.given(lanes[open[$0]]) < deal.given(lanes[open[$1]]) })
            else { break }
            let index = open.remove(at: place)
            if let end = deal.serve(lanes[index], next: &next[index]) {
                reasons[index] = end
            } else {
                open.append(index)
            }
        }
        let opens = reasons.compactMap { reason -> Date? in
            if case .closedWindow(let opens) = reason { opens } else { nil }
        }
        return Turn(starts: deal.starts, reasons: reasons.map { $0 ?? .none }, wake: opens.min())
    }

    private func closed(_ lane: Lane, _ now: Date) -> Reason? {
        guard lane.life.lets(lane.kind, in: lane.ring) else { return .closedRing }
        // What harms is taken away at once, whatever the window.
        guard lane.kind == .install, let calendar = lane.calendar, !calendar.isOpen(at: now) else { return nil }
        return .closedWindow(opens: calendar.nextOpening(from: now))
    }
}

/// Hands out slots one by one.
private struct Deal {
    var loads: [DeploymentID: TurnPlanner.Load]
    /// Of the shared limit.
    var left: Int?
    var starts: [TurnPlanner.Start] = []
    private var taken: Set<EndpointID> = []
    private var lanes: [LaneKey: Int] = [:]

    private struct LaneKey: Hashable {
        let deployment: DeploymentID
        let ring: Int
    }

    init(loads: [DeploymentID: TurnPlanner.Load], left: Int?) {
        self.loads = loads
        self.left = left
    }

    /// What its deployment has out, then what its ring was given in this turn.
    func given(_ lane: TurnPlanner.Lane) -> (Int, Int) {
        (loads[lane.deployment]?.underWay ?? 0, lanes[LaneKey(deployment: lane.deployment, ring: lane.ring)] ?? 0)
    }

    /// Starts one more of a lane, or says why it cannot.
    mutating func serve(_ lane: TurnPlanner.Lane, next: inout Int) -> TurnPlanner.Reason? {
        var load = loads[lane.deployment] ?? TurnPlanner.Load()
        while next < lane.candidates.count, taken.contains(lane.candidates[next]) { next += 1 }
        guard next < lane.candidates.count else {
            return lane.candidates.last.map(isElsewhere) == true && started(lane) == 0 ? .busy : TurnPlanner.Reason.none
        }
        if let left, left <= 0 { return .sharedLimit }
        if let limit = lane.limits.concurrent, load.underWay >= limit { return .deploymentLimit }
        if let limit = lane.limits.downloads, load.downloading >= limit { return .bandwidth }
        let endpoint = lane.candidates[next]
        starts.append(.init(deployment: lane.deployment, ring: lane.ring, kind: lane.kind, endpoint: endpoint))
        taken.insert(endpoint)
        next += 1
        load.underWay += 1
        load.downloading += 1
        loads[lane.deployment] = load
        lanes[LaneKey(deployment: lane.deployment, ring: lane.ring), default: 0] += 1
        left = left.map { $0 - 1 }
        return nil
    }

    private func isElsewhere(_ endpoint: EndpointID) -> Bool { taken.contains(endpoint) }

    private func started(_ lane: TurnPlanner.Lane) -> Int {
        lanes[LaneKey(deployment: lane.deployment, ring: lane.ring)] ?? 0
    }
}
