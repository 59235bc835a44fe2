import Store

extension RouteCatalogue {
    /// Every route of the API, a line a resource.
    public static func api(_ dependencies: APIDependencies) -> RouteCatalogue {
        let store = dependencies.store
        return RouteCatalogue(
            EndpointRoutes.all(store) + VulnerabilityRoutes.all(store) + PatchRoutes.all(store)
                + PatchFileRoutes.all(dependencies) + PatchKeyRoutes.all(dependencies)
                + InventoryRoutes.all(store)
                + TaskRoutes.all(store) + IntelligenceRoutes.all(store) + TokenRoutes.all(store)
                + UserRoutes.all(store) + TenantRoutes.all(store) + AuditRoutes.all(store)
                + FindingRoutes.all(store) + ExceptionRoutes.all(store) + PolicyRoutes.all(store)
                + SimulationRoutes.all(store) + ReportRoutes.all(store, version: dependencies.version)
                + WhyRoutes.all(dependencies) + EDRRoutes.all(store) + VEXRoutes.all(dependencies)
                + NotificationRoutes.all(dependencies) + PushRoutes.all(store) + ConnectorRoutes.all(dependencies)
                + ActionRoutes.all(store) + IncidentRoutes.all(store) + AgentRoutes.all(dependencies)
                + AgentAdministrationRoutes.all(store) + OsqueryRoutes.all(store) + OsqueryQueryRoutes.all(store)
                + DiscoveryRoutes.all(store) + IdentityRoutes.all(store) + CoverageRoutes.all(store)
                + DeploymentRoutes.all(dependencies.shelf) + DeploymentDecisionRoutes.all(store)
                + DeploymentWindowRoutes.all(store) + PatchWebhookRoutes.all(dependencies))
    }
}
