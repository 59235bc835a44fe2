import NIOHTTP1

extension MicrosoftState {
    private typealias Handler = (inout MicrosoftState, SimulatedRequest, [String]) -> SimulatedAnswer

    private struct Route {
        let method: HTTPMethod
        /// With `*` for ids.
        let path: [String]
        /// Any of these suffices.
        let roles: [MicrosoftAccount.Role]
        let parameters: Set<String>
        let handler: Handler

        init(
            _ method: HTTPMethod, _ path: String, _ roles: [MicrosoftAccount.Role], _ parameters: Set<String> = [],
            _ handler: @escaping Handler
        ) {
            self.method = method
            self.path = path.split(separator: "/").map(String.init)
            self.roles = roles
            self.parameters = parameters
            self.handler = handler
        }

        /// What stands for the asterisks; nil for another path.
        func ids(_ parts: [String]) -> [String]? {
            guard parts.count == path.count else { return nil }
            var ids: [String] = []
            for (part, wanted) in zip(parts, path) {
                if wanted == "*" { ids.append(part) } else if wanted != part { return nil }
            }
            return ids
        }
    }

    private static let link = "$skiptoken"

    private static var defender: [Route] {
        let odata: Set = ["$filter", "$top", "$skip", link]
        return [
            Route(.GET, "/api/machines", [.machineRead], odata) { state, request, _ in state.listMachines(request) },
            Route(.GET, "/api/machines/SoftwareInventoryByMachine", [.softwareRead], ["pageSize", link]) {
                state, request, _ in state.exportSoftware(request)
            },
            Route(.GET, "/api/machines/SoftwareVulnerabilitiesByMachine", [.vulnerabilityRead], ["pageSize", link]) {
                state, request, _ in state.exportVulnerabilities(request)
            },
            Route(
                .GET, "/api/machines/SoftwareVulnerabilityChangesByMachine", [.vulnerabilityRead],
                ["sinceTime", "pageSize", link]
            ) { state, request, _ in state.exportChanges(request) },
            Route(.GET, "/api/alerts", [.alertRead, .alertWrite], odata.union(["$expand"])) { state, request, _ in
                state.listAlerts(request)
            },
            Route(.GET, "/api/alerts/*", [.alertRead, .alertWrite]) { state, _, ids in state.alert(ids[0]) },
            Route(.PATCH, "/api/alerts/*", [.alertWrite]) { state, request, ids in
                state.updateAlert(ids[0], request)
            },
            Route(.POST, "/api/machines/*/isolate", [.machineIsolate]) { state, request, ids in
                state.act("Isolate", on: ids[0], request)
            },
            Route(.POST, "/api/machines/*/unisolate", [.machineIsolate]) { state, request, ids in
                state.act("Unisolate", on: ids[0], request)
            },
            Route(.POST, "/api/machines/*/runAntiVirusScan", [.machineScan]) { state, request, ids in
                state.act("RunAntiVirusScan", on: ids[0], request)
            },
            Route(.POST, "/api/machines/*/runliveresponse", [.machineLiveResponse]) { state, request, ids in
                state.act("LiveResponse", on: ids[0], request)
            },
            Route(.GET, "/api/machineactions", [.machineRead], odata) { state, request, _ in
                state.listActions(request)
            },
            Route(.GET, "/api/machineactions/*", [.machineRead]) { state, _, ids in state.action(ids[0]) },
            Route(
                .GET, "/api/machineactions/*/GetLiveResponseResultDownloadLink(index=0)", [.machineLiveResponse]
            ) { state, _, ids in state.scriptLink(ids[0]) },
        ]
    }

    /// Behind the version.
    private static var graph: [Route] {
        let listing: Set = ["$top", "$select", link]
        let managed = "/deviceManagement/managedDevices"
        return [
            Route(.GET, "/devices", [.directoryRead], listing) { state, request, _ in state.listDirectory(request) },
            Route(.GET, managed, [.devicesRead], listing) { state, request, _ in state.listManaged(request) },
            Route(.GET, "\(managed)/*", [.devicesRead], ["$select", "$expand"]) { state, request, ids in
                state.managedDevice(ids[0], request)
            },
            Route(.GET, "/deviceManagement/deviceCompliancePolicies", [.configurationRead], listing) {
                state, _, _ in state.policies()
            },
            Route(.GET, "\(managed)/*/deviceCompliancePolicyStates", [.configurationRead], listing) {
                state, _, ids in state.policyStates(ids[0])
            },
            Route(.GET, "\(managed)/*/deviceCompliancePolicyStates/*/settingStates", [.configurationRead], listing) {
                state, _, ids in state.settingStates(ids[0], ids[1])
            },
            Route(.GET, "\(managed)/*/deviceConfigurationStates", [.configurationRead], listing) {
                state, _, ids in state.configurationStates(ids[0])
            },
            Route(.POST, "\(managed)/*/syncDevice", [.devicesOperate]) { state, request, ids in
                state.order("syncDevice", on: ids[0], request)
            },
            Route(.POST, "\(managed)/*/windowsDefenderScan", [.devicesOperate]) { state, request, ids in
                state.order("windowsDefenderScan", on: ids[0], request)
            },
            Route(.POST, "\(managed)/*/windowsDefenderUpdateSignatures", [.devicesOperate]) { state, request, ids in
                state.order("windowsDefenderUpdateSignatures", on: ids[0], request)
            },
            Route(.GET, "/security/alerts_v2", [.securityAlertRead, .securityAlertWrite], ["$filter", "$top", link]) {
                state, request, _ in state.listGraphAlerts(request)
            },
            Route(.GET, "/security/alerts_v2/*", [.securityAlertRead, .securityAlertWrite]) { state, _, ids in
                state.graphAlert(ids[0])
            },
            Route(.PATCH, "/security/alerts_v2/*", [.securityAlertWrite]) { state, request, ids in
                state.updateGraphAlert(ids[0], request)
            },
            Route(.POST, "/security/alerts_v2/*/comments", [.securityAlertWrite]) { state, request, ids in
                state.commentGraphAlert(ids[0], request)
            },
        ]
    }

    /// What only the preview has.
    private static var preview: [Route] {
        [
            Route(.GET, "/users/*/mobileAppIntentAndStates", [.configurationRead]) { state, _, ids in
                state.appStates(ids[0])
            },
            Route(.GET, "/deviceManagement/managedDevices/*/securityBaselineStates", [.configurationRead]) {
                state, _, ids in state.baselineStates(ids[0])
            },
        ]
    }

    mutating func routed(_ request: SimulatedRequest) -> SimulatedAnswer {
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.first == "api" {
            return route(request, parts, Self.defender) { status, message in
                MicrosoftErrors.defender(status, Self.code(status), message)
            }
        }
        if parts.count == 2, parts[1] == "$batch", request.method == .POST { return batch(request, parts[0]) }
        let routes = Self.graph + (parts.first == "beta" ? Self.preview : [])
        let isIntune = parts.count > 1 && parts[1] == "deviceManagement"
        if isIntune, !account.hasIntune {
            return MicrosoftErrors.graph(400, "BadRequest", "Request not applicable to target tenant.")
        }
        return route(request, Array(parts.dropFirst()), routes) { status, message in
            isIntune && status == 403
                ? MicrosoftErrors.intune(403, "Forbidden", message)
                : MicrosoftErrors.graph(status, Self.code(status), message)
        }
    }

    private static func code(_ status: Int) -> String {
        switch status {
        case 400: "BadRequest"
        case 403: "Forbidden"
        default: "ResourceNotFound"
        }
    }

    private mutating func route(
        _ request: SimulatedRequest, _ parts: [String], _ routes: [Route], _ error: (Int, String) -> SimulatedAnswer
    ) -> SimulatedAnswer {
        // What stands there word for word comes before ids.
        let exact = routes.first { $0.method == request.method && $0.ids(parts) == [] }
        guard let route = exact ?? routes.first(where: { $0.method == request.method && $0.ids(parts) != nil }) else {
            return error(404, "Resource not found for the segment '\(parts.last ?? "")'.")
        }
        guard route.roles.contains(where: { account.roles.contains($0) }) else {
            let names = route.roles.map(\.rawValue).joined(separator: ", ")
            return error(403, "Application must have one of the following roles: \(names)")
        }
        if let stranger = request.query.first(where: { !route.parameters.contains($0.name) }) {
            return error(400, "The query parameter '\(stranger.name)' is not supported.")
        }
        return route.handler(&self, request, route.ids(parts) ?? [])
    }
}
