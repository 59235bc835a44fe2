import Domain
import Store

/// Says before a deployment where it would only wait.
enum ReachNotice {
    static func render(_ reach: DeploymentStore.Reach) -> HTML {
        guard reach.endpoints > 0, reach.carried < reach.endpoints else { return .empty }
        let lacking = reach.endpoints - reach.carried
        let who: String =
            reach.carried == 0
            ? "Nobody can install it now on \(reach.endpoints == 1 ? "the endpoint that needs" : "any of the \(Text.grouped(reach.endpoints)) endpoints that need") it."
            : "On \(Text.grouped(lacking)) of \(Text.count(reach.endpoints, "endpoint")) nobody can install it now."
        let why =
            reach.isInstallable
            ? "No agent of Garrison that installs it, no account that patches, and no webhook has them: a deployment waits for one there, until it gives them up."
            : "Garrison’s agent and EDRs install what package managers bring, and updates of Windows."
        return "<p class=\"notice warning\" role=\"status\">\(who) \(why)</p>"
    }
}
