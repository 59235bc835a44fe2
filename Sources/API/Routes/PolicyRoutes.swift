import Domain
import Store

/// `/api/policies`: how a tenant ranks findings, sets deadlines and grants exceptions.
enum PolicyRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            current(store).erased, history(store).erased, preview(store).erased,
            activate(store, WeightsInput.self, "weights", "Set the risk weights").erased,
            activate(store, DeadlinesInput.self, "sla", "Set the deadlines").erased,
            activate(store, GrantingInput.self, "exceptions", "Set how exceptions are granted").erased,
        ]
    }

    private static let tag = "Policies"

    private static func current(_ store: Store) -> Route<NoInput, PoliciesView> {
        Route(
            .get, "/api/policies", "Get the policies", tag: tag, access: .permission(.read),
            description: "What is in force: the standard, unless the tenant has set its own."
        ) { _, scope in PoliciesView(current: try await store.policies.current(tenant: try scope.tenant)) }
    }

    private static func history(_ store: Store) -> Route<PolicyHistoryInput, Page<PolicyVersionView>> {
        Route(
            .get, "/api/policies/history", "List a policy's versions", tag: tag, access: .permission(.read),
            description: "To return to one, put its body into force again."
        ) { input, scope in
            let versions = try await store.policies.history(input.kind, tenant: try scope.tenant)
            return try Page(whole: versions.map(PolicyVersionView.init), input.page) { view in
                // Newest first, by a key that ascends.
                String(1_000_000_000 - view.version.number)
            }
        }
    }

    private static func preview(_ store: Store) -> Route<PolicyPreviewInput, PolicyDiffView> {
        Route(
            .post, "/api/policies/preview", "Preview a change of policy", tag: tag, access: .permission(.read),
            description: """
                What it would change in the findings that are open and those of the last 90 days; nothing is changed.
                """, errors: ["vulnerability.not_found", "endpoint.not_found", "exception.not_found"], limits: .bulk
        ) { input, scope in
            PolicyDiffView(
                diff: try await store.policies.preview(input.change, tenant: try scope.tenant, top: input.top))
        }
    }

    private static func activate<Part: PolicyInput>(
        _ store: Store, _ part: Part.Type, _ path: String, _ summary: String
    ) -> Route<PolicyActivation<Part>, Accepted<TaskStarted>> {
        Route(
            .put, "/api/policies/\(path)", summary, tag: tag, access: .permission(.manageTenant),
            description: "A new version, in force at once; a task judges the findings by it."
        ) { input, scope in
            let task = try await store.policies.activate(input.policy, note: input.note, by: try scope.principal)
            return Accepted(TaskStarted(id: task, status: "reassessing", estimate: nil))
        }
    }
}
