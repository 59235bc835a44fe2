extension SentinelOneSimulator: EstateSimulator {
    public var view: EstateView { withState { $0.fleet.view } }

    public func work(on alert: String, status: String) {
        withState { state in
            guard let index = state.fleet.threats.indices.first(where: { state.fleet.threatID($0) == alert }) else {
                return
            }
            state.fleet.threats[index].incident = status == "new" ? "unresolved" : status
            state.fleet.threats[index].updated = state.now
        }
    }

    public func permitWork(_ isPermitted: Bool) {
        withState { state in
            if isPermitted {
                state.account.permissions.insert(.threatsUpdate)
            } else {
                state.account.permissions.remove(.threatsUpdate)
            }
        }
    }
}

extension SentinelOneFleet {
    fileprivate var view: EstateView {
        var view = EstateView()
        for (index, agent) in agents.enumerated() {
            let machine = (settings.estate?.first ?? 0) + agent.number
            view.everKnown[agent.id] = machine
            guard !agent.isGone else { continue }
            if !isMalformed(.agents, index) { view.devices[agent.id] = machine }
            for detail in 0..<settings.applicationsPerDevice where !isMalformed(.applications, index * 100 + detail) {
                let application = application(agent, detail)
                view.software[agent.id, default: []].insert("\(application.name) \(application.version)".lowercased())
            }
        }
        for (index, threat) in threats.enumerated() where !isMalformed(.threats, index) {
            view.alerts[threatID(index)] = EstateView.Alert(
                device: agents[threat.agent].id, status: threat.incident == "unresolved" ? "new" : threat.incident)
        }
        return view
    }
}
