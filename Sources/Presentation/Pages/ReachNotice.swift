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
            reach.isPackaged
            ? "They have no agent of Garrison that installs patches: a deployment waits for one there, until it gives them up."
            : "Garrison’s agent installs what package managers bring, and none brings this one."
        return "<p class=\"notice warning\" role=\"status\">\(who) \(why)</p>"
    }
}
