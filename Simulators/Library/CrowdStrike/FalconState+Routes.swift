import NIOHTTP1

extension FalconState {
    private typealias Handler = (inout FalconState, SimulatedRequest) -> SimulatedAnswer

    private struct Route {
        let method: HTTPMethod
        let path: String
        let scope: FalconAccount.Scope
        let parameters: Set<String>
        let handler: Handler

        init(
            _ method: HTTPMethod, _ path: String, _ scope: FalconAccount.Scope, _ parameters: Set<String>,
            _ handler: @escaping Handler
        ) {
            self.method = method
            self.path = path
            self.scope = scope
            self.parameters = parameters
            self.handler = handler
        }
    }

    private static var routes: [Route] {
        let listing: Set = ["after", "limit", "sort", "filter", "facet"]
        return [
            Route(.GET, "/devices/combined/devices/v1", .hostsRead, ["offset", "limit", "sort", "filter"]) {
                $0.listHosts($1)
            },
            Route(.GET, "/devices/queries/devices-scroll/v1", .hostsRead, ["offset", "limit", "sort", "filter"]) {
                $0.scrollHosts($1)
            },
            Route(.POST, "/devices/entities/devices/v2", .hostsRead, []) { $0.hostDetails($1) },
            Route(.POST, "/devices/entities/devices-actions/v2", .hostsWrite, ["action_name"]) { $0.actOnHosts($1) },
            Route(.GET, "/discover/combined/applications/v1", .assetsRead, listing) { $0.listApplications($1) },
            Route(.GET, "/spotlight/combined/vulnerabilities/v1", .vulnerabilitiesRead, listing) {
                $0.listVulnerabilities($1)
            },
            Route(.POST, "/alerts/combined/alerts/v1", .alertsRead, []) { $0.listAlerts($1) },
            Route(.POST, "/alerts/entities/alerts/v2", .alertsRead, ["include_hidden"]) { $0.alertDetails($1) },
            Route(.PATCH, "/alerts/entities/alerts/v3", .alertsWrite, ["include_hidden"]) { $0.updateAlerts($1) },
            Route(
                .GET, "/zero-trust-assessment/queries/assessments/v1", .assessmentsRead,
                ["filter", "limit", "after", "sort"]
            ) { $0.listAssessments($1) },
            Route(.GET, "/zero-trust-assessment/entities/assessments/v1", .assessmentsRead, ["ids"]) {
                $0.assessmentDetails($1)
            },
            Route(.POST, "/real-time-response/entities/sessions/v1", .responseWrite, ["timeout", "timeout_duration"]) {
                $0.openSession($1)
            },
            Route(.POST, "/real-time-response/entities/admin-command/v1", .adminWrite, []) { $0.runCommand($1) },
            Route(
                .GET, "/real-time-response/entities/admin-command/v1", .adminWrite, ["cloud_request_id", "sequence_id"]
            ) { $0.commandState($1) },
            Route(.POST, "/ods/entities/scans/v1", .scansWrite, []) { $0.startScan($1) },
            Route(.GET, "/ods/entities/scans/v2", .scansRead, ["ids"]) { $0.scanState($1) },
        ]
    }

    mutating func routed(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let route = Self.routes.first(where: { $0.method == request.method && $0.path == request.path }) else {
            return FalconEnvelope.error(404, "404: Page Not Found")
        }
        guard account.scopes.contains(route.scope) else {
            return FalconEnvelope.error(403, "access denied, authorization failed")
        }
        if let stranger = request.query.first(where: { !route.parameters.contains($0.name) }) {
            return FalconEnvelope.error(400, "unknown parameter \(stranger.name)")
        }
        return route.handler(&self, request)
    }
}
