extension SophosSimulator: EstateSimulator {
    public var view: EstateView { withState { $0.view } }

    /// An alert can be dealt with; none comes back.
    public func work(on alert: String, status: String) {
        withState { state in
            let id = alert.split(separator: "/").last.map(String.init)
            guard status == "resolved", let index = state.fleet.alerts.firstIndex(where: { $0.id == id }) else {
                return
            }
            state.fleet.alerts[index].isGone = true
        }
    }

    public func permitWork(_ isPermitted: Bool) {
        withState { state in
            if isPermitted {
                state.account.roles.insert(.alertsAct)
            } else {
                state.account.roles.remove(.alertsAct)
            }
        }
    }
}

extension SophosState {
    /// An alert that was dealt with is listed no more: it is resolved for whoever has seen it.
    fileprivate var view: EstateView {
        var view = EstateView()
        for (index, endpoint) in fleet.endpoints.enumerated() {
            let id = name(endpoint.id, endpoint.tenant)
            let machine = (fleet.settings.estate?.first ?? 0) + endpoint.number
            view.everKnown[id] = machine
            if !endpoint.isGone, !fleet.isMalformed(.endpoints, index) { view.devices[id] = machine }
        }
        func enter(_ id: String, _ endpoint: Int, _ status: String) {
            let endpoint = fleet.endpoints[endpoint]
            view.alerts[name(id, endpoint.tenant)] = EstateView.Alert(
                device: name(endpoint.id, endpoint.tenant), status: status)
        }
        for (index, alert) in fleet.alerts.enumerated() where !fleet.isMalformed(.alerts, index) {
            enter(alert.id, alert.endpoint, alert.isGone ? "resolved" : "new")
        }
        for (index, event) in fleet.events.enumerated()
        where ["medium", "high", "critical"].contains(event.severity) && !fleet.isMalformed(.events, index) {
            enter(event.id, event.endpoint, event.type.hasSuffix("CleanedUp") ? "resolved" : "new")
        }
        return view
    }
}
