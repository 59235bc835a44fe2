import FoundationEssentials
import NIOHTTP1

extension SophosState {
    mutating func routed(_ request: SimulatedRequest) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case (.GET, "/whoami/v1"): return whoami(request)
        case (.GET, "/partner/v1/tenants") where account.kind == .partner:
            return tenants(request, header: "X-Partner-ID")
        case (.GET, "/organization/v1/tenants") where account.kind == .organization:
            return tenants(request, header: "X-Organization-ID")
        default: break
        }
        guard let id = request.header("X-Tenant-ID"), let tenant = fleet.tenants.firstIndex(of: id) else {
            return SophosEnvelope.error(403, "Forbidden", "X-Tenant-ID is missing or not yours")
        }
        guard isWithinLimits(id) else {
            return SophosEnvelope.error(429, "TooManyRequests", "Rate limit exceeded")
        }
        return about(tenant, request)
    }

    private static let questions: [(path: String, role: SophosAccount.Role, parameters: Set<String>)] = [
        (
            "/endpoint/v1/endpoints", .endpointsRead,
            ["pageSize", "pageFromKey", "view", "lastSeenAfter", "sort", "ids"]
        ),
        ("/common/v1/alerts", .alertsRead, ["pageSize", "pageFromKey", "from", "to", "sort"]),
        ("/siem/v1/events", .events, ["limit", "cursor", "from_date"]),
    ]

    private mutating func about(_ tenant: Int, _ request: SimulatedRequest) -> SimulatedAnswer {
        if request.method == .GET, let question = Self.questions.first(where: { $0.path == request.path }) {
            guard account.roles.contains(question.role) else { return forbidden() }
            if let stranger = request.query.first(where: { !question.parameters.contains($0.name) }) {
                return SophosEnvelope.error(400, "BadRequest", "unknown parameter \(stranger.name)")
            }
            switch question.role {
            case .endpointsRead: return listEndpoints(tenant, request)
            case .alertsRead: return listAlerts(tenant, request)
            default: return listEvents(tenant, request)
            }
        }
        if request.method == .POST, request.path == "/endpoint/v1/endpoints/isolation" {
            return account.roles.contains(.isolate) ? isolate(tenant, request) : forbidden()
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 4 else { return missing() }
        switch (request.method, parts[0], parts.count > 4 ? parts[4] : "") {
        case (.GET, "endpoint", ""):
            return account.roles.contains(.endpointsRead) ? endpoint(tenant, parts[3]) : forbidden()
        case (.GET, "endpoint", "isolation"): return isolation(tenant, parts[3])
        case (.POST, "endpoint", "scans"): return account.roles.contains(.scan) ? scan(tenant, parts[3]) : forbidden()
        case (.GET, "common", ""): return account.roles.contains(.alertsRead) ? alert(tenant, parts[3]) : forbidden()
        case (.POST, "common", "actions"):
            return account.roles.contains(.alertsAct) ? act(tenant, parts[3], request) : forbidden()
        default: return missing()
        }
    }

    func forbidden() -> SimulatedAnswer { SophosEnvelope.error(403, "Forbidden", "Access denied") }
    func missing() -> SimulatedAnswer { SophosEnvelope.error(404, "NotFound", "Resource not found") }

    private func whoami(_ request: SimulatedRequest) -> SimulatedAnswer {
        let here = account.dataURL ?? "http://\(request.header("Host") ?? "127.0.0.1")"
        var json = JSONText()
        json.object { json in
            json.field("id", account.kind == .tenant ? fleet.tenants[0] : "e6c9a36e-0000-4000-a000-000000000001")
            json.field("idType", account.kind.rawValue)
            json.object("apiHosts") { json in
                json.field("global", here)
                if account.kind == .tenant { json.field("dataRegion", here) }
            }
        }
        return .json(200, json)
    }

    private func tenants(_ request: SimulatedRequest, header: String) -> SimulatedAnswer {
        guard request.header(header) == "e6c9a36e-0000-4000-a000-000000000001" else { return forbidden() }
        let size = 2
        let number = request.value("page").flatMap { Int($0) } ?? 1
        let here = account.dataURL ?? "http://\(request.header("Host") ?? "127.0.0.1")"
        let first = (number - 1) * size
        var json = JSONText()
        json.object { json in
            json.array("items") { json in
                for index in fleet.tenants.indices.dropFirst(first).prefix(size) {
                    json.object { json in
                        json.field("id", fleet.tenants[index])
                        json.field("name", "Tenant \(index)")
                        json.field("dataRegion", "eu02")
                        json.field("apiHost", here)
                        json.field("status", "active")
                    }
                }
            }
            json.object("pages") { json in
                json.field("current", number)
                json.field("size", size)
                json.field("total", (fleet.tenants.count + size - 1) / size)
                json.field("items", fleet.tenants.count)
                json.field("maxSize", 100)
            }
        }
        return .json(200, json)
    }
}
