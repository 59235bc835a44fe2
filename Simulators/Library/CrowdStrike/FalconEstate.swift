extension FalconSimulator: EstateSimulator {
    public var view: EstateView { withState { $0.fleet.view } }

    public func work(on alert: String, status: String) {
        withState { state in
            guard let index = state.alertIndex(alert) else { return }
            state.fleet.change(.alerts, index, at: state.now) { $0.status = status == "resolved" ? "closed" : status }
        }
    }

    public func permitWork(_ isPermitted: Bool) {
        withState { state in
            if isPermitted {
                state.account.scopes.insert(.alertsWrite)
            } else {
                state.account.scopes.remove(.alertsWrite)
            }
        }
    }
}

extension FalconFleet {
    fileprivate var view: EstateView {
        var view = EstateView()
        for (index, host) in hosts.enumerated() {
            let machine = (settings.estate?.first ?? 0) + host.number
            view.everKnown[host.id] = machine
            if !host.isGone, !isMalformed(.hosts, index) { view.devices[host.id] = machine }
        }
        for (index, item) in (items[.applications] ?? []).enumerated()
        where !item.isGone && !isMalformed(.applications, index) {
            let name = application(item).name
            view.software[hosts[item.host].id, default: []].insert("\(name) \(applicationVersion(item))".lowercased())
        }
        for (index, item) in (items[.alerts] ?? []).enumerated() where !isMalformed(.alerts, index) {
            view.alerts[alertID(item)] = EstateView.Alert(
                device: hosts[item.host].id, status: item.status == "closed" ? "resolved" : item.status)
        }
        return view
    }
}
