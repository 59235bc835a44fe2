/// What a perfect reader would know: the simulated account without the records that cannot be read. Where it has several
/// tenants, their ids stand in front: `TENANT/ID`.
public struct SophosTruth: Sendable, Hashable {
    /// Hostname and isolation by endpoint id.
    public var endpoints: [String: String] = [:]
    /// Of alerts, and of events that weigh medium or more.
    public var alerts: Set<String> = []
    /// Health by endpoint id.
    public var healths: [String: String] = [:]
    /// The ids of the records that cannot be read.
    public var malformed: Set<String> = []

    public init() {}
}

extension SophosSimulator {
    public var truth: SophosTruth { withState { $0.truth } }

    /// Changes what the account is like while it is used.
    public func change(_ body: @Sendable (inout SophosAccount) -> Void) { withState { body(&$0.account) } }

    /// As a connector calls them.
    public var endpointIDs: [String] {
        withState { state in
            state.fleet.endpoints.filter { !$0.isGone && state.fleet.isSynced($0) }
                .map { state.name($0.id, $0.tenant) }
        }
    }

    /// Alerts by an action that they allow; an empty one for those that allow none.
    public func alertIDs(allowing action: String) -> [String] {
        withState { state in
            state.fleet.alerts.filter { $0.allowed == (action.isEmpty ? [] : [action]) && !$0.isGone }
                .map { state.name($0.id, state.fleet.endpoints[$0.endpoint].tenant) }
        }
    }

    public var tenantIDs: [String] { withState { $0.fleet.tenants } }

    /// How often something was done to an endpoint or an alert, by the vendor's id.
    public func actionCount(_ id: String) -> Int {
        withState { $0.actionCounts[String(id.split(separator: "/").last ?? "")] ?? 0 }
    }

    /// Action and message.
    public func message(_ alert: String) -> String? {
        withState { $0.messages[String(alert.split(separator: "/").last ?? "")] }
    }

    /// Lets time pass: machines come and go and change, alerts are raised and dealt with, events happen.
    ///
    /// - Parameter changes: about how many.
    public func live(_ changes: Int, seed: UInt64) {
        withState { state in
            var random = SplitMix(seed)
            state.copy.keep(state.fleet, at: state.now, for: state.faults.lag)
            for _ in 0..<changes { state.change(&random) }
        }
    }
}

extension SophosState {
    func name(_ id: String, _ tenant: Int) -> String {
        account.kind == .tenant ? id : "\(fleet.tenants[tenant])/\(id)"
    }

    fileprivate var truth: SophosTruth {
        var truth = SophosTruth()
        for (index, endpoint) in fleet.endpoints.enumerated() where !endpoint.isGone {
            let id = name(endpoint.id, endpoint.tenant)
            if fleet.isSynced(endpoint) { truth.healths[id] = fleet.health(endpoint) }
            if fleet.isMalformed(.endpoints, index) {
                truth.malformed.insert(id)
            } else {
                let isolation = !fleet.isSynced(endpoint) ? "?" : endpoint.isIsolated ? "isolated" : "not isolated"
                truth.endpoints[id] = "\(fleet.hostname(endpoint)) \(isolation)"
            }
        }
        for (index, alert) in fleet.alerts.enumerated() where !alert.isGone {
            let id = name(alert.id, fleet.endpoints[alert.endpoint].tenant)
            if fleet.isMalformed(.alerts, index) { truth.malformed.insert(id) } else { truth.alerts.insert(id) }
        }
        for (index, event) in fleet.events.enumerated() {
            let id = name(event.id, fleet.endpoints[event.endpoint].tenant)
            if fleet.isMalformed(.events, index) {
                truth.malformed.insert(id)
            } else if ["medium", "high", "critical"].contains(event.severity) {
                truth.alerts.insert(id)
            }
        }
        return truth
    }

    fileprivate mutating func change(_ random: inout SplitMix) {
        let endpoints = fleet.endpoints.indices.filter { !fleet.endpoints[$0].isGone }
        guard let endpoint = endpoints.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: fleet.add(to: fleet.endpoints[endpoint].tenant, seen: now, now)
        case 1: fleet.endpoints[endpoint].isGone = true
        case 2, 3, 4:
            fleet.endpoints[endpoint].revision += 1
            fleet.endpoints[endpoint].seen = now
        case 5, 6: fleet.raise(endpoint, at: now)
        case 7:
            guard let alert = fleet.alerts.indices.randomElement(using: &random) else { return }
            fleet.alerts[alert].isGone = true
        default: fleet.tell(endpoint, "Event::Endpoint::Threat::Detected", "high", at: now)
        }
    }
}
