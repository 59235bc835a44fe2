import API

extension RouteCatalogue {
    /// Every page and asset, a line a subject.
    public static func pages(_ services: PageServices) -> RouteCatalogue {
        RouteCatalogue(
            OverviewRoutes.all(services) + EndpointPageRoutes.all(services) + VulnerabilityPageRoutes.all(services)
                + IntelligencePageRoutes.all(services) + SettingsRoutes.all(services) + SignInRoutes.all(services)
                + AssetRoutes.all)
    }
}

/// Where people without a session are sent.
let signInPath = "/sign-in"
