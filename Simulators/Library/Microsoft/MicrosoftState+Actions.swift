import FoundationEssentials

extension MicrosoftState {
    /// Bodies of Defender's actions; names are case-sensitive.
    private struct Order: Decodable {
        struct Command: Decodable {
            struct Parameter: Decodable {
                var key: String
                var value: String
            }

            var type: String
            var params: [Parameter]?
        }

        var Comment: String?
        var IsolationType: String?
        var ScanType: String?
        var Commands: [Command]?
    }

    mutating func act(_ type: String, on id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let order = try? JSONDecoder().decode(Order.self, from: Data(request.body)) else {
            return MicrosoftErrors.defender(400, "InvalidRequestBody", "Request body is incorrect.")
        }
        guard let comment = order.Comment, !comment.isEmpty else {
            return MicrosoftErrors.defender(400, "MissingRequiredParameter", "Parameter Comment is missing.")
        }
        let isRight =
            switch type {
            case "Isolate": ["Full", "Selective", "UnManagedDevice"].contains(order.IsolationType)
            case "RunAntiVirusScan": ["Quick", "Full"].contains(order.ScanType)
            case "LiveResponse":
                order.Commands?.isEmpty == false
                    && order.Commands?.allSatisfy { ["RunScript", "PutFile", "GetFile"].contains($0.type) } == true
            default: true
            }
        guard isRight else { return MicrosoftErrors.defender(400, "InvalidInput", "A parameter is not valid.") }
        guard let machine = fleet.machine(id), fleet.isOnboarded(fleet.machines[machine]) else {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "Machine \(id) was not found")
        }
        guard !actions.contains(where: { $0.machine == machine && $0.type == type && now < $0.done }) else {
            return MicrosoftErrors.defender(400, "ActiveRequestAlreadyExists", "Action is already in progress.")
        }
        let visible = now + account.visibilityDelay
        let action = Action(
            id: nextID(), type: type, machine: machine, comment: comment, created: now, visible: visible,
            done: visible + account.actionDelay)
        actions.append(action)
        if type == "LiveResponse" {
            let words = order.Commands?.first?.params?.map { "\($0.key)=\($0.value)" } ?? []
            comments["script", default: []].append(words.joined(separator: " "))
        }
        var json = JSONText()
        write(action, to: &json)
        return .json(201, json)
    }

    func action(_ id: String) -> SimulatedAnswer {
        guard let action = actions.first(where: { $0.id == id && $0.visible <= now }) else {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "Machine action \(id) was not found")
        }
        var json = JSONText()
        write(action, to: &json)
        return .json(200, json)
    }

    func listActions(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let limit = number(request, "$top", 1...10_000, or: 10_000) else {
            return MicrosoftErrors.defender(400, "ODataError", "The limit of '10000' for Top query has been exceeded.")
        }
        var filter: ODataFilter?
        if let text = request.value("$filter") {
            filter = ODataFilter.parse(
                text, fields: ["status", "machineId", "type", "requestor", "creationDateTimeUtc"])
            if filter == nil { return MicrosoftErrors.defender(400, "ODataError", "Could not parse the filter.") }
        }
        let listed = actions.reversed().filter { action in
            action.visible <= now
                && filter?.matches { field in
                    switch field {
                    case "machineId": .text(fleet.machines[action.machine].machineID)
                    case "type": .text(action.type)
                    case "status": .text(status(action))
                    default: nil
                    }
                } ?? true
        }
        return Self.page("https://api.security.microsoft.com/api/$metadata#MachineActions", next: nil) { json in
            for action in listed.prefix(limit) { write(action, to: &json) }
        }
    }

    private func status(_ action: Action) -> String {
        if now >= action.done { return "Succeeded" }
        return now < action.visible + account.actionDelay / 2 ? "Pending" : "InProgress"
    }

    private func write(_ action: Action, to json: inout JSONText) {
        let machine = fleet.machines[action.machine]
        let status = status(action)
        json.object { json in
            json.field("id", action.id)
            json.field("type", action.type)
            json.field("scope", "Full")
            json.field("requestor", account.clientID)
            json.field("requestorComment", action.comment)
            json.field("status", status)
            json.field("machineId", machine.machineID)
            json.field("computerDnsName", "\(fleet.identity(machine).hostname).corp.example.org")
            json.field("creationDateTimeUtc", action.created.text(digits: 6))
            json.field("lastUpdateDateTimeUtc", now.text(digits: 6))
            json.null("relatedFileInfo")
            guard action.type == "LiveResponse" else { return }
            json.array("commands") { json in
                json.object { json in
                    json.field("index", 0)
                    json.field("commandStatus", status == "Succeeded" ? "Completed" : "Created")
                    json.array("errors") { _ in }
                    json.object("command") { $0.field("type", "RunScript") }
                }
            }
        }
    }

    func scriptLink(_ id: String) -> SimulatedAnswer {
        guard actions.contains(where: { $0.id == id && $0.done <= now }) else {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "Machine action \(id) was not found")
        }
        var json = JSONText()
        json.object { json in
            json.field("@odata.context", "https://api.security.microsoft.com/api/$metadata#Edm.String")
            json.field("value", "http://\(host)/live-response/\(id)?sig=secret")
        }
        return .json(200, json)
    }

    /// Needs no token: the address has its own authorization in it.
    func scriptOutput(_ request: SimulatedRequest) -> SimulatedAnswer {
        let id = request.path.split(separator: "/").last.map(String.init) ?? ""
        guard request.value("sig") == "secret", request.header("Authorization") == nil,
            let action = actions.first(where: { $0.id == id })
        else { return SimulatedAnswer(status: 403) }
        var json = JSONText()
        json.object { json in
            json.field("script_name", "script.ps1")
            json.field("exit_code", 0)
            json.field("script_output", "ran on \(fleet.machines[action.machine].machineID)")
            json.field("script_errors", "")
        }
        return .json(200, json)
    }

    private struct ScanOrder: Decodable { var quickScan: Bool }

    /// Answered with nothing; what becomes of it stands in the device.
    mutating func order(_ name: String, on id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let index = fleet.managed(id) else {
            return MicrosoftErrors.graph(404, "ResourceNotFound", "The device \(id) was not found.")
        }
        if name == "windowsDefenderScan", (try? JSONDecoder().decode(ScanOrder.self, from: Data(request.body))) == nil {
            return MicrosoftErrors.graph(400, "BadRequest", "quickScan is required.")
        }
        let visible = now + account.visibilityDelay
        results[index, default: []].append(Result(name: name, began: now, done: visible + account.actionDelay))
        return SimulatedAnswer(status: 204)
    }

    /// The list in a device, where things show after a while.
    func shown(_ index: Int) -> [(name: String, state: String, began: Moment)] {
        (results[index] ?? []).filter { $0.began + account.visibilityDelay <= now }.map { result in
            let half = result.began + account.visibilityDelay + account.actionDelay / 2
            return (result.name, now >= result.done ? "done" : now < half ? "pending" : "active", result.began)
        }
    }
}
