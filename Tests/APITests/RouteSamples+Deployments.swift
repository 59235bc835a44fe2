import API
import Domain
import FoundationEssentials
import Notifications
import Postgres
import Store
import TestSupport

extension RouteSamples {
    /// Deployments in which each decision has something to do.
    static func deployments(
        _ database: TestDatabase, on endpoint: EndpointID, in tenant: TestTenant
    ) async throws -> [String: DeploymentID] {
        let states: [String: (deployment: DeploymentStatus, target: TargetStatus)] = [
            "pause": (.running, .waiting), "resume": (.paused, .waiting), "abort": (.running, .waiting),
            "retry": (.completedWithFailures, .failed), "rollback": (.completed, .deployed),
            "approve": (.awaitingApproval, .waiting), "reject": (.awaitingApproval, .waiting),
            "status": (.completed, .deployed),
        ]
        _ = try await database.store.owner.query(
            "INSERT INTO patches (kb_number, title) VALUES ('SAMPLE-1', 'A sample') ON CONFLICT DO NOTHING")
        var deployments: [String: DeploymentID] = [:]
        // Once for the API and once for the pages: what the one decides, the other would not find.
        for (name, state) in states.flatMap({ [($0.key, $0.value), ("page-\($0.key)", $0.value)] }) {
            let new = NewDeployment(
                patch: "SAMPLE-1", endpoints: [endpoint], plan: DeploymentPlan(approval: .one), reason: "a test")
            let id = try await database.store.deployments.create(new, tenant: tenant.id, by: tenant.administrator)
            _ = try await database.store.owner.run(
                [
                    Statement(
                        """
                        UPDATE deployments SET status = $3, ring = $4, held = $5 WHERE tenant_id = $1 AND id = $2
                        """,
                        [
                            .id(tenant.id), .id(id), .text(state.deployment.rawValue),
                            .int4(state.deployment == .awaitingApproval ? -1 : 0),
                            .of(state.deployment == .paused ? "running" : nil),
                        ]),
                    Statement(
                        """
                        UPDATE patch_deployments SET state = $3, status = $4, has_changed = $5
                        WHERE tenant_id = $1 AND deployment_id = $2
                        """,
                        [
                            .id(tenant.id), .id(id), .text(state.target.rawValue),
                            .text(state.target.published.rawValue), .bool(state.target == .deployed),
                        ]),
                ], tenant: tenant.id)
            deployments[name] = id
        }
        return deployments
    }

    /// Files of a patch, whose bytes are gone.
    static func patchFiles(_ database: TestDatabase, in tenant: TestTenant) async throws -> [PatchFileID] {
        let patch = try await database.store.patches.named("debian/openssl/3.0.13-1~deb12u1")
        return try await database.store.app.query(
            """
            INSERT INTO patch_files
              (tenant_id, patch_id, name, tool, package, version, sha256, bytes, object_key, uploaded_by)
            SELECT $1, $2, name || '_1_all.deb', 'apt', name, '1', sha256('sample'), 1, name, 'a test'
            FROM unnest('{sample,another}'::text[]) AS name
            RETURNING id
            """, [.id(tenant.id), .id(patch)], tenant: tenant.id
        ).map { try $0.decode(0) }
    }

    /// A deployment's endpoint, with a log (`TestAPI` has its bytes).
    static func target(
        _ database: TestDatabase, of deployment: DeploymentID?, in tenant: TestTenant
    ) async throws -> TargetID {
        guard let deployment else { throw TestFailure("there is no such deployment") }
        return try await database.store.app.query(
            """
            WITH target AS (
              SELECT tenant_id, id FROM patch_deployments WHERE tenant_id = $1 AND deployment_id = $2
            )
            INSERT INTO patch_logs (tenant_id, target_id, kind, attempt, bytes, object_key)
            SELECT tenant_id, id, 'install', 1, 1, 'sample-log' FROM target
            RETURNING target_id
            """, [.id(tenant.id), .id(deployment)], tenant: tenant.id)[0].decode(0)
    }

    /// What is sent about deployments.
    func deploymentBody(_ route: AnyRoute) -> String? {
        switch "\(route.method.rawValue) \(route.path)" {
        case "POST /api/patches/deploy", "POST /api/patches/deployments/preview":
            "{\"patch_id\": \"SAMPLE-1\", \"endpoint_ids\": [\"\(endpoint)\"], \"strategy\": \"staged\"}"
        case "PUT /api/patches/webhook":
            """
            {"url": "https://patches.example.test/", "callback_url": "https://garrison.example.test", "enabled": false}
            """
        case "POST /api/patches/callbacks/{tenant_id}": "{}"
        case let name where name.hasPrefix("POST /api/patches/deployments/{id}/"): "{}"
        default: nil
        }
    }

    /// The tenant's webhook for patches, which is given nothing.
    static func patchWebhook(_ store: Store, in tenant: TestTenant) async throws {
        try await TestAPI.webhooks(store).patches.put(
            url: "https://patches.example.test/", callback: "https://garrison.example.test",
            secret: WebhookSecret.make().text, isEnabled: false, by: tenant.administrator)
    }
}
