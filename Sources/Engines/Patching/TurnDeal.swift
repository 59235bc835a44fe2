import Domain

/// Hands out slots one by one, in time that grows with their number alone: what a deployment has under way grows by one with
/// each, so deployments wait in a queue for each number.
struct TurnDeal {
    private struct Share {
        var load: TurnPlanner.Load
        /// Its lanes that could use a slot, as a circle, each with the number of its first candidate that has not begun.
        var lanes: [(index: Int, next: Int, started: Int)] = []
        var turn = 0
    }

    private let loads: [DeploymentID: TurnPlanner.Load]
    /// Of the shared limit.
    private var left: Int?
    private(set) var starts: [TurnPlanner.Start] = []
    private var taken: Set<EndpointID> = []
    private var shares: [DeploymentID: Share] = [:]
    private var queues: [Int: [DeploymentID]] = [:]
    private var level = 0
    private var place = 0

    init(loads: [DeploymentID: TurnPlanner.Load], sharedLimit: Int?) {
        self.loads = loads
        left = sharedLimit.map { $0 - loads.values.reduce(0) { $0 + $1.underWay } }
    }

    mutating func enter(_ lane: TurnPlanner.Lane, _ index: Int) {
        let id = lane.deployment
        if shares[id] == nil {
            let load = loads[id] ?? TurnPlanner.Load()
            shares[id] = Share(load: load)
            queues[load.underWay, default: []].append(id)
        }
        shares[id]?.lanes.append((index, 0, 0))
        level = queues.keys.min() ?? 0
    }

    /// Goes on until a lane starts no more.
    ///
    /// - Returns: that lane, and why; nil when none is left.
    mutating func next(_ lanes: [TurnPlanner.Lane]) -> (lane: Int, reason: TurnPlanner.Reason)? {
        while let id = front {
            guard var share = shares[id], !share.lanes.isEmpty else {
                place += 1
                continue
            }
            share.turn %= share.lanes.count
            let lane = lanes[share.lanes[share.turn].index]
            if let reason = serve(lane, &share) {
                let ended = share.lanes.remove(at: share.turn)
                shares[id] = share
                return (ended.index, reason)
            }
            share.turn += 1
            shares[id] = share
            queues[level + 1, default: []].append(id)
            place += 1
        }
        return nil
    }

    /// A deployment with fewest under way.
    private var front: DeploymentID? {
        mutating get {
            while true {
                if let queue = queues[level], place < queue.count { return queue[place] }
                queues[level] = nil
                place = 0
                guard queues[level + 1] == nil else {
                    level += 1
                    continue
                }
                guard let next = queues.keys.min() else { return nil }
                level = next
            }
        }
    }

    /// Starts one more of a lane, or says why it cannot.
    private mutating func serve(_ lane: TurnPlanner.Lane, _ share: inout Share) -> TurnPlanner.Reason? {
        var state = share.lanes[share.turn]
        while state.next < lane.candidates.count, taken.contains(lane.candidates[state.next]) { state.next += 1 }
        guard state.next < lane.candidates.count else {
            return lane.candidates.isEmpty || state.started > 0 ? TurnPlanner.Reason.none : .busy
        }
        if let left, left <= 0 { return .sharedLimit }
        if let limit = lane.limits.concurrent, share.load.underWay >= limit { return .deploymentLimit }
        if let limit = lane.limits.downloads, share.load.downloading >= limit { return .bandwidth }
        let endpoint = lane.candidates[state.next]
        starts.append(.init(deployment: lane.deployment, ring: lane.ring, kind: lane.kind, endpoint: endpoint))
        taken.insert(endpoint)
        state.next += 1
        state.started += 1
        share.lanes[share.turn] = state
        share.load.underWay += 1
        share.load.downloading += 1
        left = left.map { $0 - 1 }
        return nil
    }
}
