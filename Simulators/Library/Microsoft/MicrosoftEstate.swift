extension MicrosoftSimulator: EstateSimulator {
    public var view: EstateView { withState { $0.fleet.view } }

    public func work(on alert: String, status: String) {
        let words = ["new": "New", "in_progress": "InProgress", "resolved": "Resolved"]
        withState { state in
            guard let index = state.alertIndex(alert), let word = words[status] else { return }
            state.fleet.change(.alerts, index, at: state.now) { $0.status = word }
        }
    }

    public func permitWork(_ isPermitted: Bool) {
        withState { state in
            let roles: Set<MicrosoftAccount.Role> = [.alertWrite, .securityAlertWrite]
            if isPermitted { state.account.roles.formUnion(roles) } else { state.account.roles.subtract(roles) }
        }
    }
}

extension MicrosoftFleet {
    /// Defender's machine and Intune's device are two devices of one machine.
    fileprivate var view: EstateView {
        var view = EstateView()
        for (index, machine) in machines.enumerated() {
            let number = (settings.estate?.first ?? 0) + machine.number
            if isInDefender(machine), isOnboarded(machine) {
                view.everKnown[machine.machineID] = number
                if !machine.isGone, !isMalformed(.machines, index) { view.devices[machine.machineID] = number }
            }
            if isManaged(machine) {
                view.everKnown[machine.managedID] = number
                if !machine.isGone, !isMalformed(.managed, index) { view.devices[machine.managedID] = number }
            }
        }
        for kind in [Kind.software, .applications] {
            for (index, item) in (items[kind] ?? []).enumerated() where !item.isGone && !isMalformed(kind, index) {
                let machine = machines[item.machine]
                let name = kind == .software ? product(item).name : product(item).title
                let device = kind == .software ? machine.machineID : machine.managedID
                view.software[device, default: []].insert("\(name) \(version(item))".lowercased())
            }
        }
        let words = ["New": "new", "InProgress": "in_progress", "Resolved": "resolved"]
        for (index, item) in (items[.alerts] ?? []).enumerated() where !isMalformed(.alerts, index) {
            view.alerts[alertID(item)] = EstateView.Alert(
                device: machines[item.machine].machineID, status: words[item.status] ?? item.status)
        }
        return view
    }
}
