import FoundationEssentials

extension SophosState {
    private struct Isolation: Decodable {
        var enabled: Bool
        var comment: String?
        var ids: [String]
    }

    private struct Action: Decodable {
        var action: String
        var message: String?
    }

    private func index(_ tenant: Int, _ id: String) -> Int? {
        fleet.endpoints.firstIndex { $0.id == id && $0.tenant == tenant && !$0.isGone }
    }

    mutating func isolate(_ tenant: Int, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(Isolation.self, from: Data(request.body)),
            (1...50).contains(body.ids.count)
        else { return SophosEnvelope.error(400, "BadRequest", "between 1 and 50 ids are required") }
        let found = body.ids.compactMap { index(tenant, $0) }
        for index in found {
            actionCounts[fleet.endpoints[index].id, default: 0] += 1
            fleet.endpoints[index].isWantedIsolated = body.enabled
            fleet.endpoints[index].isolates = now + account.visibilityDelay + account.actionDelay
        }
        fleet.settle(now)
        var json = JSONText()
        json.object { json in
            json.array("items") { json in
                for index in found {
                    json.object { json in
                        json.field("id", fleet.endpoints[index].id)
                        json.object("isolation") { json in
                            json.field("enabled", body.enabled)
                            json.field("comment", body.comment ?? "")
                        }
                    }
                }
            }
        }
        return .json(202, json)
    }

    func isolation(_ tenant: Int, _ id: String) -> SimulatedAnswer {
        guard let index = index(tenant, id) else { return missing() }
        var json = JSONText()
        json.object { json in json.field("enabled", fleet.endpoints[index].isWantedIsolated) }
        return .json(200, json)
    }

    func endpoint(_ tenant: Int, _ id: String) -> SimulatedAnswer {
        guard let index = index(tenant, id) else { return missing() }
        var json = JSONText()
        fleet.writeEndpoint(index, full: true, to: &json)
        return .json(200, json)
    }

    mutating func scan(_ tenant: Int, _ id: String) -> SimulatedAnswer {
        guard let index = index(tenant, id) else { return missing() }
        actionCounts[id, default: 0] += 1
        fleet.endpoints[index].scans.append(now + account.visibilityDelay + account.actionDelay)
        var json = JSONText()
        json.object { json in
            json.field("id", "999fd666-9666-4e66-a066-d66fd966ad66")
            json.field("requestedAt", now.text(digits: 3))
            json.field("status", "requested")
        }
        return .json(201, json)
    }

    private func alertIndex(_ tenant: Int, _ id: String) -> Int? {
        fleet.alerts.firstIndex { $0.id == id && fleet.endpoints[$0.endpoint].tenant == tenant && !$0.isGone }
    }

    func alert(_ tenant: Int, _ id: String) -> SimulatedAnswer {
        guard let index = alertIndex(tenant, id) else { return missing() }
        var json = JSONText()
        fleet.writeAlert(index, to: &json)
        return .json(200, json)
    }

    mutating func act(_ tenant: Int, _ id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let index = alertIndex(tenant, id) else { return missing() }
        guard let body = try? JSONDecoder().decode(Action.self, from: Data(request.body)),
            fleet.alerts[index].allowed.contains(body.action)
        else { return SophosEnvelope.error(400, "BadRequest", "the action is not allowed for this alert") }
        actionCounts[id, default: 0] += 1
        messages[id] = "\(body.action): \(body.message ?? "")"
        fleet.alerts[index].goes = now + account.visibilityDelay + account.actionDelay
        fleet.settle(now)
        var json = JSONText()
        json.object { json in
            json.field("id", "999fd666-9666-4e66-a066-d66fd966ad67")
            json.field("alertId", id)
            json.field("action", body.action)
            json.field("status", "requested")
        }
        return .json(201, json)
    }
}
