import API
import Domain
import FoundationEssentials
import Store

/// The endpoints of a deployment, as a page and as a table to take along.
enum DeploymentTargetPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [list(services), export(services)] }

    private struct Input: RouteInput {
        static let id = PathParameter<DeploymentID>("id", "The deployment.")
        static let parameters: [any ParameterDescribing] = [id] + PageInput.parameters
        let id: DeploymentID
        let filter: DeploymentTargetsPage.Filter
        let cursor: String?

        init(from request: RequestReader) throws {
            id = try request.path(Self.id)
            let page = try PageInput(from: request)
            filter = DeploymentTargetsPage.Filter(
                status: page["state"].flatMap(TargetStatus.init(rawValue:)),
                isUnsuccessful: page["state"] == DeploymentTargetsPage.Filter.unsuccessful,
                ring: page["ring"].flatMap { Int($0) }, search: page["search"])
            cursor = try page.cursor
        }
    }

    private static func page(
        _ input: Input, limit: Int, after cursor: String?, _ services: PageServices, _ tenant: TenantID
    ) async throws -> ListPage<DeploymentTarget> {
        let filter = input.filter
        return try await services.store.deployments.targets(
            of: input.id, status: filter.status, isUnsuccessful: filter.isUnsuccessful, ring: filter.ring,
            search: filter.search, limit: limit, cursor: cursor, tenant: tenant)
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, "/deployments/{id}/targets", "Endpoints of a deployment", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let tenant = try scope.tenant
            let deployment = try await services.store.deployments.find(input.id, tenant: tenant)
            let targets = try await page(input, limit: 50, after: input.cursor, services, tenant)
            return try await services.page(
                "Endpoints of \(deployment.number)", .deployments, scope,
                DeploymentTargetsPage.render(
                    deployment, targets, filter: input.filter, isFirstPage: input.cursor == nil,
                    nextPath: scope.nextPath(targets.next)))
        }.page(signIn: signInPath).erased
    }

    private static let columns = [
        "endpoint_id", "hostname", "ring", "state", "status", "attempt", "since", "deployment_date", "completion_date",
        "awaits_reboot", "error_message", "log",
    ]

    private static func export(_ services: PageServices) -> AnyRoute {
        Route<Input, CSVStream>(
            .get, "/deployments/{id}/targets.csv", "Endpoints of a deployment as CSV", tag: "Pages",
            access: .permission(.read), limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let deployment = try await services.store.deployments.find(input.id, tenant: tenant)
            return CSVStream(fileName: "\(deployment.number)-endpoints.csv", columns: columns) { csv in
                var cursor: String?
                repeat {
                    let targets = try await page(input, limit: 1000, after: cursor, services, tenant)
                    for target in targets.items { try await csv.row(row(target, of: deployment)) }
                    cursor = targets.next
                } while cursor != nil
            }
        }.page(signIn: signInPath).erased
    }

    private static func row(_ target: DeploymentTarget, of deployment: DeploymentRecord) -> [String] {
        [
            target.endpoint.description, target.hostname, deployment.ringName(target.ring), target.life.status.rawValue,
            target.life.status.published.rawValue, String(target.life.attempt), target.since.formatted(.iso8601),
            target.startedAt?.formatted(.iso8601) ?? "", target.finishedAt?.formatted(.iso8601) ?? "",
            String(target.life.awaitsReboot), target.life.message ?? "", target.log ?? "",
        ]
    }
}
