import FoundationEssentials
import NIOHTTP1

extension SentinelOneState {
    private typealias Handler = (inout SentinelOneState, SimulatedRequest) -> SimulatedAnswer

    private struct Route {
        let method: HTTPMethod
        let path: String
        let permission: SentinelOneAccount.Permission?
        let parameters: Set<String>
        let handler: Handler
    }

    private static let paging: Set = ["limit", "cursor", "skip", "sortBy", "sortOrder", "siteIds", "accountIds"]

    private static var routes: [Route] {
        func route(
            _ method: HTTPMethod, _ path: String, _ permission: SentinelOneAccount.Permission?,
            _ parameters: Set<String> = [], _ handler: @escaping Handler
        ) -> Route {
            Route(
                method: method, path: "/web/api/v2.1\(path)", permission: permission, parameters: parameters,
                handler: handler)
        }
        return [
            route(.GET, "/agents", .endpointsView, paging.union(["ids", "isDecommissioned", "updatedAt__gt"])) {
                $0.listAgents($1)
            },
            route(.GET, "/agents/applications", .endpointsView, ["ids", "cursor"]) { $0.listApplications($1) },
            route(.GET, "/application-management/risks", .applicationsView, paging) { $0.listRisks($1) },
            route(.GET, "/threats", .threatsView, paging.union(["ids", "updatedAt__gt"])) { $0.listThreats($1) },
            route(.POST, "/users/api-token-details", nil) { $0.tokenDetails($1) },
            route(.POST, "/agents/actions/disconnect", .endpointsNetwork) {
                $0.changeNetwork($1, "connected", "disconnecting", "disconnected")
            },
            route(.POST, "/agents/actions/connect", .endpointsNetwork) {
                $0.changeNetwork($1, "disconnected", "connecting", "connected")
            },
            route(.POST, "/agents/actions/initiate-scan", .endpointsScan) { $0.startScan($1) },
            route(.POST, "/threats/incident", .threatsUpdate) { $0.setIncident($1) },
            route(.POST, "/threats/analyst-verdict", .threatsUpdate) { $0.setVerdict($1) },
            route(.POST, "/threats/notes", .threatsUpdate) { $0.addNote($1) },
            route(.GET, "/remote-scripts", .scripts, ["query", "limit", "cursor"]) { $0.listScripts($1) },
            route(.POST, "/remote-scripts/execute", .scripts) { $0.runScript($1) },
            route(.GET, "/remote-scripts/status", .scripts, ["parent_task_id__in"]) { $0.scriptState($1) },
        ]
    }

    mutating func routed(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let route = Self.routes.first(where: { $0.method == request.method && $0.path == request.path }) else {
            return SentinelOneEnvelope.error(404, 4_040_010, "Not found")
        }
        if let permission = route.permission, !account.permissions.contains(permission) {
            return SentinelOneEnvelope.error(
                403, 4_030_010, "Insufficient permissions", "The user has no permission for this")
        }
        if let stranger = request.query.first(where: { !route.parameters.contains($0.name) }) {
            return SentinelOneEnvelope.invalid("\(stranger.name): Unknown field")
        }
        return route.handler(&self, request)
    }

    /// What a listing answers, or what is wrong with the question.
    private mutating func list(
        _ request: SimulatedRequest, sorts: Set<String>, _ positions: [KeysetPage.Position],
        _ write: (SentinelOneFleet, Int, inout JSONText) -> Void
    ) -> SimulatedAnswer {
        let limit = request.value("limit").map { Int($0) ?? 0 } ?? 10
        guard (1...1_000).contains(limit) else {
            return SentinelOneEnvelope.invalid("limit: Must be between 1 and 1000")
        }
        if let sort = request.value("sortBy"), !sorts.contains(sort) {
            return SentinelOneEnvelope.invalid("sortBy: Not a valid choice")
        }
        if let order = request.value("sortOrder"), order != "asc" {
            return SentinelOneEnvelope.invalid("sortOrder: Not a valid choice")
        }
        var after: KeysetPage.Position?
        if let cursor = request.value("cursor") {
            guard request.value("sortBy") == nil, request.value("skip") == nil else {
                return SentinelOneEnvelope.invalid("cursor: Cannot be used with sortBy or skip")
            }
            guard let position = position(cursor) else {
                return SentinelOneEnvelope.error(
                    account.lostCursorStatus, 4_000_010, "Validation Error", "cursor: Invalid or expired")
            }
            after = position
        }
        let page = KeysetPage(positions, after: after, limit: limit)
        var json = JSONText(reserving: page.indices.count * 1_024)
        json.object { json in
            json.array("data") { json in for index in page.indices { write(fleet, index, &json) } }
            json.object("pagination") { json in
                json.field("totalItems", page.total)
                if let end = page.end, !page.isLast {
                    json.field("nextCursor", cursor(end))
                } else if account.namesLastCursor {
                    json.null("nextCursor")
                }
            }
        }
        return .json(200, json)
    }

    /// Opaque to clients, good for a while; escaped as in an address.
    private func cursor(_ position: KeysetPage.Position) -> String {
        let text = Data("\(position.key)/\(position.index)/\(now.milliseconds)".utf8).base64EncodedString()
        return account.escapesCursors ? text.replacing("=", with: "%3D") : text
    }

    private mutating func position(_ cursor: String) -> KeysetPage.Position? {
        guard !dice.losesCursor(), let data = Data(base64Encoded: cursor) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: "/").compactMap { Int($0) }
        guard parts.count == 3, Double(now.milliseconds - parts[2]) < account.cursorLifetime * 1000 else { return nil }
        return KeysetPage.Position(key: parts[0], index: parts[1])
    }

    private func isInScope(_ agent: SentinelOneFleet.Agent, _ request: SimulatedRequest) -> Bool {
        guard let sites = request.value("siteIds") else { return true }
        return sites.split(separator: ",").contains { $0 == SentinelOneAccount.siteID(agent.site) }
    }

    private mutating func listAgents(_ request: SimulatedRequest) -> SimulatedAnswer {
        let ids = request.value("ids").map { Set($0.split(separator: ",").map(String.init)) }
        let since = request.value("updatedAt__gt").flatMap { Moment($0) }
        if request.value("updatedAt__gt") != nil, since == nil {
            return SentinelOneEnvelope.invalid("updatedAt__gt: Not a valid datetime")
        }
        let gone = request.value("isDecommissioned").map { $0 == "true" }
        let positions = fleet.agents.indices.filter { index in
            let agent = fleet.agents[index]
            return (gone == nil || gone == agent.isGone) && (ids == nil || ids?.contains(agent.id) == true)
                && (since == nil || agent.updated > since ?? agent.updated) && isInScope(agent, request)
        }
        return list(
            request, sorts: ["updatedAt", "id"],
            positions.map { .init(key: fleet.agents[$0].updated.milliseconds, index: $0) }
        ) { $0.writeAgent($1, to: &$2) }
    }

    private mutating func listApplications(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let id = request.value("ids"), let index = fleet.agents.firstIndex(where: { $0.id == id }) else {
            return SentinelOneEnvelope.invalid("ids: Missing data for required field")
        }
        var json = JSONText()
        json.object { json in
            json.array("data") { json in
                for detail in 0..<fleet.settings.applicationsPerDevice {
                    fleet.writeApplication(index, detail, to: &json)
                }
            }
            json.object("pagination") { $0.field("totalItems", fleet.settings.applicationsPerDevice) }
        }
        return .json(200, json)
    }

    private mutating func listRisks(_ request: SimulatedRequest) -> SimulatedAnswer {
        let positions = fleet.risks.indices.filter { index in
            let agent = fleet.agents[fleet.risks[index].agent]
            return !agent.isGone && isInScope(agent, request)
        }
        return list(request, sorts: ["detectionDate"], positions.map { .init(key: $0, index: $0) }) {
            $0.writeRisk($1, to: &$2)
        }
    }

    private mutating func listThreats(_ request: SimulatedRequest) -> SimulatedAnswer {
        let ids = request.value("ids").map { Set($0.split(separator: ",").map(String.init)) }
        let since = request.value("updatedAt__gt").flatMap { Moment($0) }
        let positions = fleet.threats.indices.filter { index in
            let threat = fleet.threats[index]
            return (ids == nil || ids?.contains(fleet.threatID(index)) == true)
                && (since == nil || threat.updated > since ?? threat.updated)
                && isInScope(fleet.agents[threat.agent], request)
        }
        return list(
            request, sorts: ["updatedAt", "createdAt"],
            positions.map { .init(key: fleet.threats[$0].updated.milliseconds, index: $0) }
        ) { $0.writeThreat($1, to: &$2) }
    }
}
