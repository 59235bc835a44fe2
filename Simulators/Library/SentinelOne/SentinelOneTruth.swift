/// What a perfect reader would know: the simulated console without the records that cannot be read.
public struct SentinelOneTruth: Sendable, Hashable {
    /// Hostname and network status by agent id.
    public var agents: [String: String] = [:]
    /// Agent, vendor, name and version.
    public var applications: Set<String> = []
    /// Open risks' ids.
    public var risks: Set<String> = []
    /// Incident status, verdict and mitigation by threat id.
    public var threats: [String: String] = [:]
    /// Whether the firewall is on, by agent id.
    public var firewalls: [String: Bool] = [:]
    /// The ids of the records that cannot be read; of an application, its agent's.
    public var malformed: Set<String> = []

    public init() {}
}

extension SentinelOneSimulator {
    public var truth: SentinelOneTruth { withState { $0.truth } }

    public var agentIDs: [String] { withState { $0.fleet.agents.filter { !$0.isGone }.map(\.id) } }
    public var threatIDs: [String] {
        withState { state in state.fleet.threats.indices.map { state.fleet.threatID($0) } }
    }

    /// How often actions on an endpoint were taken.
    public func actionCount(_ agent: String) -> Int { withState { $0.actionCounts[agent] ?? 0 } }

    public func notes(_ threat: String) -> [String] {
        withState { state in
            state.fleet.threats.indices.first { state.fleet.threatID($0) == threat }
                .map { state.fleet.threats[$0].notes } ?? []
        }
    }

    /// Script and parameters of what was run.
    public var scriptRuns: [String] { withState { $0.tasks.values.map { "\($0.script) \($0.parameters)" } } }

    /// Lets time pass: machines come and go and change, applications are updated, risks are found and closed, analysts
    /// work on threats.
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

extension SentinelOneState {
    fileprivate var truth: SentinelOneTruth {
        var truth = SentinelOneTruth()
        for (index, agent) in fleet.agents.enumerated() where !agent.isGone {
            truth.firewalls[agent.id] = fleet.isFirewallOn(agent)
            if fleet.isMalformed(.agents, index) {
                truth.malformed.insert(agent.id)
            } else {
                truth.agents[agent.id] = "\(fleet.hostname(agent)) \(agent.network)"
            }
            for detail in 0..<fleet.settings.applicationsPerDevice {
                guard !fleet.isMalformed(.applications, index * 100 + detail) else {
                    truth.malformed.insert(agent.id)
                    continue
                }
                let application = fleet.application(agent, detail)
                truth.applications.insert(
                    "\(agent.id)/\(application.vendor)/\(application.name)/\(application.version)")
            }
        }
        for (index, risk) in fleet.risks.enumerated() where !fleet.agents[risk.agent].isGone {
            if fleet.isMalformed(.risks, index) {
                truth.malformed.insert(fleet.riskID(index))
            } else if risk.status == "active" {
                truth.risks.insert(fleet.riskID(index))
            }
        }
        for (index, threat) in fleet.threats.enumerated() {
            if fleet.isMalformed(.threats, index) {
                truth.malformed.insert(fleet.threatID(index))
            } else {
                truth.threats[fleet.threatID(index)] = "\(threat.incident) \(threat.verdict) \(threat.mitigation)"
            }
        }
        return truth
    }

    fileprivate mutating func change(_ random: inout SplitMix) {
        let agents = fleet.agents.indices.filter { !fleet.agents[$0].isGone }
        guard let agent = agents.randomElement(using: &random) else { return fleet.add(at: now) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: fleet.add(at: now)
        case 1: fleet.remove(agent, at: now)
        case 2, 3:
            fleet.agents[agent].revision += 1
            fleet.agents[agent].updated = now
        case 4, 5:
            guard let detail = fleet.agents[agent].revisions.indices.randomElement(using: &random) else { return }
            fleet.agents[agent].revisions[detail] += 1
            fleet.agents[agent].updated = now
        case 6, 7:
            guard let risk = fleet.risks.indices.randomElement(using: &random) else { return }
            fleet.risks[risk].status = fleet.risks[risk].status == "active" ? "resolved" : "active"
        default:
            guard let threat = fleet.threats.indices.randomElement(using: &random) else { return }
            let next = ["unresolved": "in_progress", "in_progress": "resolved"]
            fleet.threats[threat].incident = next[fleet.threats[threat].incident] ?? "unresolved"
            fleet.threats[threat].verdict = "true_positive"
            fleet.threats[threat].updated = now
        }
    }
}
