import FoundationEssentials

extension SentinelOneState {
    private struct Change: Decodable {
        struct Filter: Decodable { var ids: [String]? }
        struct Values: Decodable {
            var incidentStatus: String?
            var analystVerdict: String?
            var text: String?
            var apiToken: String?
            var scriptId: String?
            var outputDestination: String?
            var taskDescription: String?
            var inputParams: String?
        }

        var filter: Filter?
        var data: Values?
    }

    private func change(_ request: SimulatedRequest) -> Change? {
        try? JSONDecoder().decode(Change.self, from: Data(request.body))
    }

    /// Those that a filter names; without ids it is everything, as at the vendor.
    private func agents(_ change: Change) -> [Int] {
        fleet.agents.indices.filter { index in
            !fleet.agents[index].isGone && (change.filter?.ids?.contains(fleet.agents[index].id) ?? true)
        }
    }

    private func threats(_ change: Change) -> [Int] {
        fleet.threats.indices.filter { change.filter?.ids?.contains(fleet.threatID($0)) ?? true }
    }

    mutating func tokenDetails(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let token = change(request)?.data?.apiToken else {
            return SentinelOneEnvelope.invalid("apiToken: Missing data for required field")
        }
        guard token == account.token else { return SentinelOneEnvelope.error(404, 4_040_010, "Not found") }
        return SentinelOneEnvelope.data { json in
            json.field("createdAt", (now + -86_400).text(digits: 6))
            json.field("expiresAt", (now + account.tokenLifetime).text(digits: 6))
        }
    }

    mutating func changeNetwork(
        _ request: SimulatedRequest, _ from: String, _ pending: String, _ to: String
    ) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil else { return SentinelOneEnvelope.invalid("filter") }
        var affected = 0
        for index in agents(change) {
            guard fleet.agents[index].network == from, fleet.agents[index].plans.isEmpty else {
                if account.countsUnchanged { affected += 1 }
                continue
            }
            affected += 1
            actionCounts[fleet.agents[index].id, default: 0] += 1
            let visible = now + account.visibilityDelay
            fleet.agents[index].plans = [
                .init(at: visible, change: .network(pending)),
                .init(at: visible + account.actionDelay, change: .network(to)),
            ]
        }
        fleet.settle(now)
        return SentinelOneEnvelope.affected(affected)
    }

    mutating func startScan(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil else { return SentinelOneEnvelope.invalid("filter") }
        let found = agents(change)
        for index in found {
            actionCounts[fleet.agents[index].id, default: 0] += 1
            let begins = now + account.visibilityDelay
            fleet.agents[index].plans += [
                .init(at: begins, change: .scan("started")),
                .init(at: begins + account.actionDelay, change: .scan("finished")),
            ]
        }
        fleet.settle(now)
        return SentinelOneEnvelope.affected(found.count)
    }

    mutating func setIncident(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil, let status = change.data?.incidentStatus,
            ["unresolved", "in_progress", "resolved"].contains(status)
        else { return SentinelOneEnvelope.invalid("incidentStatus: Not a valid choice") }
        return update(change) { $0.incident = status }
    }

    mutating func setVerdict(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil, let verdict = change.data?.analystVerdict,
            ["undefined", "true_positive", "suspicious", "false_positive"].contains(verdict)
        else { return SentinelOneEnvelope.invalid("analystVerdict: Not a valid choice") }
        return update(change) { $0.verdict = verdict }
    }

    mutating func addNote(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil, let text = change.data?.text, !text.isEmpty else {
            return SentinelOneEnvelope.invalid("text: Missing data for required field")
        }
        return update(change) { $0.notes.append(text) }
    }

    private mutating func update(
        _ change: Change, _ body: (inout SentinelOneFleet.Threat) -> Void
    ) -> SimulatedAnswer {
        let found = threats(change)
        for index in found {
            body(&fleet.threats[index])
            fleet.threats[index].updated = now
        }
        return SentinelOneEnvelope.affected(found.count)
    }

    mutating func listScripts(_ request: SimulatedRequest) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            json.array("data") { json in
                for (name, id) in account.scripts.sorted(by: { $0.key < $1.key })
                where request.value("query").map({ name.contains($0) }) ?? true {
                    json.object { json in
                        json.field("id", id)
                        json.field("scriptName", name)
                    }
                }
            }
            json.object("pagination") { $0.null("nextCursor") }
        }
        return .json(200, json)
    }

    mutating func runScript(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let change = change(request), change.filter != nil, let script = change.data?.scriptId,
            change.data?.outputDestination == "SentinelCloud", change.data?.taskDescription != nil
        else { return SentinelOneEnvelope.invalid("data: Missing data for required field") }
        guard account.scripts.values.contains(script) else {
            return SentinelOneEnvelope.error(404, 4_040_010, "Not found", "No such script")
        }
        let found = agents(change)
        let id = fleet.identifier(4, tasks.count)
        if !found.isEmpty {
            let begins = now + account.visibilityDelay
            tasks[id] = SentinelOneTask(
                script: script, parameters: change.data?.inputParams ?? "",
                fails: found.contains { account.broken.contains(fleet.agents[$0].id) }, begins: begins,
                completes: begins + account.actionDelay)
        }
        return SentinelOneEnvelope.data { json in
            json.field("affected", found.count)
            json.field("parentTaskId", id)
        }
    }

    mutating func scriptState(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let id = request.value("parent_task_id__in") else {
            return SentinelOneEnvelope.invalid("parent_task_id__in: Missing data for required field")
        }
        var json = JSONText()
        json.object { json in
            json.array("data") { json in
                guard let task = tasks[id] else { return }
                json.object { json in
                    json.field("id", id)
                    json.field("parentTaskId", id)
                    let end = task.fails ? "failed" : "completed"
                    json.field("status", now < task.begins ? "pending" : now < task.completes ? "in_progress" : end)
                    let words = task.fails ? "The script exited with 1" : "Execution completed successfully"
                    json.field("detailedStatus", now < task.completes ? "" : words)
                }
            }
            json.object("pagination") { $0.null("nextCursor") }
        }
        return .json(200, json)
    }
}
