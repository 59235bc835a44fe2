import API

extension RouteCatalogue {
    /// Every page and asset, a line a subject.
    public static func pages(_ services: PageServices) -> RouteCatalogue {
        RouteCatalogue(
            OverviewRoutes.all(services) + SearchRoutes.all(services) + EndpointListRoutes.all(services)
                + EndpointPageRoutes.all(services) + ActionPageRoutes.all(services) + IncidentPageRoutes.all(services)
                + IncidentSettingsRoutes.all(services) + FindingRoutes.all(services)
                + FindingListPageRoutes.all(services) + FindingChangeRoutes.all(services)
                + ExceptionPageRoutes.all(services) + VEXPageRoutes.all(services) + DeadlinePageRoutes.all(services)
                + WhatIfPageRoutes.all(services) + WeightPageRoutes.all(services)
                + VulnerabilityPageRoutes.all(services) + PatchPageRoutes.all(services)
                + IntelligencePageRoutes.all(services)
                + TokenPageRoutes.all(services) + UserPageRoutes.all(services) + AuditPageRoutes.all(services)
                + NotificationPageRoutes.all(services) + PatchWebhookPageRoutes.all(services)
                + ConnectorPageRoutes.all(services)
                + EDRPageRoutes.all(services) + AgentPageRoutes.all(services) + OsqueryPageRoutes.all(services)
                + IdentityPageRoutes.all(services) + NewDeploymentRoutes.all(services)
                + DeploymentPageRoutes.all(services) + DeploymentTargetPageRoutes.all(services)
                + CoveragePageRoutes.all(services) + SignInRoutes.all(services)
                + AppearanceRoutes.all + AssetRoutes.all)
    }
}

/// Where people without a session are sent.
let signInPath = "/sign-in"
