import Domain
import FoundationEssentials
import HTTPTypes
import Store

/// `/api/patches`: deployments of patches, and what becomes of them.
enum DeploymentRoutes {
    static func all(_ shelf: PatchShelf) -> [AnyRoute] {
        let store = shelf.store
        return [
            deploy(store).erased, preview(store).erased, list(store).erased, status(store).erased,
            detail(store).erased, targets(store).erased, transitions(store).erased, events(store).erased,
            log(shelf).erased,
        ]
    }

    static let tag = "Patches"
    /// Ids of 100,000 endpoints are four megabytes.
    private static let limits = RouteLimits(bodySize: 16 << 20, timeout: .seconds(60))
    private static let defects = [
        "patch.not_found", "patch.superseded", "endpoint.not_found", "deployment.plan_invalid",
        "deployment.no_endpoints",
    ]

    private static func deploy(_ store: Store) -> Route<DeploymentRequest, Accepted<DeploymentStarted>> {
        Route(
            .post, "/api/patches/deploy", "Deploy a patch", tag: tag, access: .permission(.deploy),
            description: """
                To the endpoints that are named, or to all that need it. It begins by itself when it is approved, its start \
                has come and a window is open. What came of it is told by GET /api/patches/{deployment_id}/status.
                """, errors: defects, limits: limits
        ) { input, scope in
            var new = input.new
            new.key = scope.head.headerFields[.idempotencyKey]
            let tenant = try scope.tenant
            let id = try await store.deployments.create(new, tenant: tenant, by: try scope.principal)
            return Accepted(DeploymentStarted(deployment: try await store.deployments.find(id, tenant: tenant)))
        }
    }

    private static func preview(_ store: Store) -> Route<DeploymentRequest, DeploymentPreviewView> {
        Route(
            .post, "/api/patches/deployments/preview", "Preview a deployment", tag: tag, access: .permission(.deploy),
            description: "Its rings, the risk that each removes, and when it could be done. Nothing is written.",
            errors: defects, limits: limits
        ) { input, scope in
            DeploymentPreviewView(
                preview: try await store.deployments.preview(input.new, tenant: try scope.tenant), plan: input.new.plan)
        }
    }

    private static func list(_ store: Store) -> Route<DeploymentListInput, Page<DeploymentRowView>> {
        Route(
            .get, "/api/patches/deployments", "List deployments", tag: tag, access: .permission(.read),
            description: "The newest first."
        ) { input, scope in
            let slice = try await store.deployments.list(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(DeploymentRowView.init), slice: slice, sort: "-created_at")
        }
    }

    private static func status(_ store: Store) -> Route<DeploymentStatusInput, DeploymentStatusView> {
        Route(
            .get, "/api/patches/{deployment_id}/status", "Get a deployment's status", tag: tag,
            access: .permission(.read),
            description: "As it is counted while it runs; the first hundred of those that failed are named.",
            errors: ["deployment.not_found"]
        ) { input, scope in
            DeploymentStatusView(status: try await store.deployments.status(input.id, tenant: try scope.tenant))
        }
    }

    private static func detail(_ store: Store) -> Route<DeploymentInput, DeploymentView> {
        Route(
            .get, "/api/patches/deployments/{id}", "Get a deployment", tag: tag, access: .permission(.read),
            description: "With its plan and what people said of it.", errors: ["deployment.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            let status = try await store.deployments.status(input.id, tenant: tenant)
            return DeploymentView(
                status: status, words: try await store.deployments.approvals(of: input.id, tenant: tenant))
        }
    }

    private static func targets(_ store: Store) -> Route<DeploymentTargetListInput, Page<DeploymentTargetView>> {
        Route(
            .get, "/api/patches/deployments/{id}/targets", "List a deployment's endpoints", tag: tag,
            access: .permission(.read), description: "With what each was told and what it said.",
            errors: ["deployment.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            // An unknown deployment is 404, not an empty list.
            _ = try await store.deployments.find(input.id, tenant: tenant)
            let slice = try await store.deployments.targets(
                of: input.id, status: input.state, ring: input.ring, search: input.search, limit: input.page.limit,
                cursor: try input.page.cursor?.key(0), tenant: tenant)
            let logs = try await store.patchLogs.present(among: slice.items.map(\.id), tenant: tenant)
            return Page(
                slice.items.map { DeploymentTargetView($0, hasLog: logs.contains($0.id)) }, slice: slice, sort: "id")
        }
    }

    private static func transitions(
        _ store: Store
    ) -> Route<DeploymentTransitionListInput, Page<DeploymentTransitionView>> {
        Route(
            .get, "/api/patches/deployments/{id}/transitions", "List a deployment's steps", tag: tag,
            access: .permission(.read), description: "When, who and why; the newest first.",
            errors: ["deployment.not_found"]
        ) { input, scope in
            let tenant = try scope.tenant
            _ = try await store.deployments.find(input.id, tenant: tenant)
            let slice = try await store.deployments.transitions(
                of: input.id, endpoint: input.endpoint, limit: input.page.limit,
                cursor: try input.page.cursor?.key(0), tenant: tenant)
            return Page(slice.items.map(DeploymentTransitionView.init), slice: slice, sort: "-at")
        }
    }

    private static func log(_ shelf: PatchShelf) -> Route<DeploymentLogInput, ObjectContent<PatchLogType>> {
        Route(
            .get, "/api/patches/deployments/{id}/targets/{target}/log", "Get an endpoint's log", tag: tag,
            access: .permission(.read),
            description: "All that its package manager wrote for its last job, as long as history is kept.",
            errors: ["deployment.not_found", "patch_log.not_found", "payload.range"]
        ) { input, scope in
            let tenant = try scope.tenant
            let log = try await shelf.store.patchLogs.last(of: input.target, in: input.id, tenant: tenant)
            return try await shelf.content(
                of: log.objectKey, bytes: log.bytes,
                as: "\(log.hostname)-\(log.kind.rawValue)-\(log.attempt).log", scope)
        }
    }

    private static func events(_ store: Store) -> Route<DeploymentInput, EventStream> {
        Route(
            .get, "/api/patches/deployments/{id}/events", "Follow a deployment", tag: tag, access: .permission(.read),
            description: """
                Server-Sent Events named after the deployment's status, each with what GET /api/patches/{deployment_id}/status \
                says as its data: one now, one after each change. The stream ends when the deployment has.
                """, errors: ["deployment.not_found"], limits: .endless
        ) { input, scope in
            let tenant = try scope.tenant
            // An unknown deployment is 404, not a stream that breaks off.
            _ = try await store.deployments.find(input.id, tenant: tenant)
            return EventStream(store.deployments.follow(input.id, tenant: tenant)) { status in
                ServerEvent(json: DeploymentStatusView(status: status), name: status.deployment.status.rawValue)
            }
        }
    }
}
