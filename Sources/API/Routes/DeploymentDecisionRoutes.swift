import Domain
import Store

/// `/api/patches/deployments/{id}/…`: what people decide of a deployment.
enum DeploymentDecisionRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            decision(
                store, .pause, "Pause a deployment", "Nothing more begins until it is resumed; what has begun goes on."),
            decision(
                store, .resume, "Resume a deployment",
                "One that was paused, or that its gate halted: it halts again only by what is new."),
            decision(
                store, .abort, "Abort a deployment",
                "What has not begun is cancelled at once; what runs is waited for and reported."),
            decision(
                store, .retry, "Retry a deployment", "What failed, or was not reached, is tried again in its ring."),
            decision(
                store, .rollBack, "Roll a deployment back",
                "What has not begun is cancelled, and what is deployed is taken back."),
            approval(store, agrees: true, "approve", "Approve a deployment"),
            approval(store, agrees: false, "reject", "Reject a deployment"),
        ]
    }

    private static func decision(
        _ store: Store, _ decision: DeploymentStore.Decision, _ summary: String, _ description: String
    ) -> AnyRoute {
        Route<DeploymentDecisionInput, DeploymentStatusView>(
            .post, "/api/patches/deployments/{id}/\(decision.rawValue)", summary, tag: DeploymentRoutes.tag,
            access: .permission(.deploy), description: description,
            errors: ["deployment.not_found", "deployment.conflict"]
        ) { input, scope in
            DeploymentStatusView(
                status: try await store.deployments.decide(
                    decision, input.id, reason: input.reason, tenant: try scope.tenant, by: try scope.principal))
        }.erased
    }

    private static func approval(_ store: Store, agrees: Bool, _ word: String, _ summary: String) -> AnyRoute {
        Route<DeploymentApprovalInput, DeploymentStatusView>(
            .post, "/api/patches/deployments/{id}/\(word)", summary, tag: DeploymentRoutes.tag,
            access: .permission(.deploy),
            description: """
                Only people can, and whoever asked for the deployment cannot approve it. The last word of a person counts; one \
                refusal is enough.
                """, errors: ["deployment.not_found", "deployment.conflict"]
        ) { input, scope in
            DeploymentStatusView(
                status: try await store.deployments.approve(
                    input.id, agrees: agrees, revision: input.revision, comment: input.comment,
                    tenant: try scope.tenant, by: try scope.principal))
        }.erased
    }
}
