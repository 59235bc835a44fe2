extension MicrosoftState {
    private static let context = "https://api.security.microsoft.com/api/$metadata"

    /// With a number asked for it is paged through by numbers, else by links.
    mutating func listMachines(_ request: SimulatedRequest) -> SimulatedAnswer {
        if account.isDormant {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "No recent machines were found.")
        }
        guard let limit = number(request, "$top", 1...10_000, or: 10_000),
            let skip = number(request, "$skip", 0...Int.max, or: 0)
        else {
            return MicrosoftErrors.defender(400, "ODataError", "The limit of '10000' for Top query has been exceeded.")
        }
        var filter: ODataFilter?
        if let text = request.value("$filter") {
            filter = ODataFilter.parse(text, fields: ["lastSeen", "id", "aadDeviceId", "computerDnsName"])
            if filter == nil { return MicrosoftErrors.defender(400, "ODataError", "Could not parse the filter.") }
        }
        let fleet = fleet
        let listed = fleet.machines.indices.filter { index in
            let machine = fleet.machines[index]
            return !machine.isGone && fleet.isInDefender(machine)
                && filter?.matches { fleet.value($0, of: machine) } ?? true
        }
        let page = listed.dropFirst(skip).prefix(limit)
        return Self.page("\(Self.context)#Machines", next: nil) { json in
            for index in page { fleet.writeMachine(index, to: &json) }
        }
    }

    mutating func exportSoftware(_ request: SimulatedRequest) -> SimulatedAnswer {
        export(request, "AssetSoftware", .software) { _ in
            true
        } write: { fleet, index, json in
            fleet.writeSoftware(index, to: &json)
        }
    }

    mutating func exportVulnerabilities(_ request: SimulatedRequest) -> SimulatedAnswer {
        export(request, "AssetVulnerability", .vulnerabilities) {
            $0.status != "Fixed"
        } write: { fleet, index, json in
            fleet.writeVulnerability(index, event: nil, to: &json)
        }
    }

    private mutating func export(
        _ request: SimulatedRequest, _ type: String, _ kind: MicrosoftFleet.Kind,
        _ isListed: (MicrosoftFleet.Item) -> Bool, write: (MicrosoftFleet, Int, inout JSONText) -> Void
    ) -> SimulatedAnswer {
        guard let limit = number(request, "pageSize", 1...200_000, or: 50_000) else {
            return MicrosoftErrors.defender(400, "InvalidInput", "Page size must be between 1 and 200000.")
        }
        switch start(request, MicrosoftErrors.defender) {
        case .wrong(let answer): return answer
        case .at(let start):
            let fleet = fleet
            let items = fleet.items[kind] ?? []
            let page = take(limit, of: items.count, from: start) { !items[$0].isGone && isListed(items[$0]) }
            return Self.page(
                "\(Self.context)#Collection(microsoft.windowsDefenderATP.api.\(type))",
                next: page.next.map { link(request, behind: $0) }
            ) { json in for index in page.indices { write(fleet, index, &json) } }
        }
    }

    mutating func exportChanges(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let since = request.value("sinceTime").flatMap({ Moment($0) }) else {
            return MicrosoftErrors.defender(400, "MissingRequiredParameter", "sinceTime is required.")
        }
        guard since + 14 * 86_400 > now else {
            return MicrosoftErrors.defender(400, "InvalidInput", "sinceTime may be at most 14 days ago.")
        }
        guard let limit = number(request, "pageSize", 1...200_000, or: 50_000) else {
            return MicrosoftErrors.defender(400, "InvalidInput", "Page size must be between 1 and 200000.")
        }
        switch start(request, MicrosoftErrors.defender) {
        case .wrong(let answer): return answer
        case .at(let start):
            let fleet = fleet
            let page = take(limit, of: fleet.events.count, from: start) { fleet.events[$0].moment >= since }
            return Self.page(
                "\(Self.context)#Collection(microsoft.windowsDefenderATP.api.DeltaAssetVulnerability)",
                next: page.next.map { link(request, behind: $0) }
            ) { json in
                for index in page.indices {
                    let event = fleet.events[index]
                    fleet.writeVulnerability(event.item, event: event, to: &json)
                }
            }
        }
    }

    mutating func listAlerts(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let limit = number(request, "$top", 1...10_000, or: 10_000),
            let skip = number(request, "$skip", 0...Int.max, or: 0)
        else {
            return MicrosoftErrors.defender(400, "ODataError", "The limit of '10000' for Top query has been exceeded.")
        }
        guard ["evidence", nil].contains(request.value("$expand")) else {
            return MicrosoftErrors.defender(400, "ODataError", "Could not find a property to expand.")
        }
        var filter: ODataFilter?
        if let text = request.value("$filter") {
            filter = ODataFilter.parse(text, fields: ["lastUpdateTime", "alertCreationTime", "status", "severity"])
            if filter == nil { return MicrosoftErrors.defender(400, "ODataError", "Could not parse the filter.") }
        }
        let fleet = fleet
        let items = fleet.items[.alerts] ?? []
        let listed = items.indices.filter { index in filter?.matches { fleet.value($0, of: items[index]) } ?? true }
        let expands = request.value("$expand") != nil
        return Self.page("\(Self.context)#Alerts", next: nil) { json in
            for index in listed.dropFirst(skip).prefix(limit) { fleet.writeAlert(index, evidence: expands, to: &json) }
        }
    }

    func alertIndex(_ id: String) -> Int? {
        (fleet.items[.alerts] ?? []).firstIndex { fleet.alertID($0) == id }
    }

    func alert(_ id: String) -> SimulatedAnswer {
        guard let index = alertIndex(id) else {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "Alert \(id) was not found")
        }
        var json = JSONText()
        fleet.writeAlert(index, evidence: false, to: &json)
        return .json(200, json)
    }
}

extension MicrosoftFleet {
    /// For filters.
    func value(_ field: String, of machine: Machine) -> ODataFilter.Value? {
        switch field {
        case "id": .text(machine.machineID)
        case "aadDeviceId": .text(machine.directoryID)
        case "computerDnsName": .text("\(identity(machine).hostname).corp.example.org")
        case "lastSeen": .moment(machine.modified)
        default: nil
        }
    }

    /// For filters.
    func value(_ field: String, of item: Item) -> ODataFilter.Value? {
        switch field {
        case "status": .text(item.status)
        case "alertCreationTime", "createdDateTime": .moment(item.created)
        case "lastUpdateTime", "lastUpdateDateTime": .moment(item.updated)
        default: nil
        }
    }
}
