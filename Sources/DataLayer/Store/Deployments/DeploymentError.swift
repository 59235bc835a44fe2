import Domain
import Patching

/// Why a deployment is not made.
public enum DeploymentError: UserFacingError, Hashable {
    /// Everything that is wrong with its plan; at least one.
    case plan([PlanDefect])
    /// The key came with another request before.
    case keyReused
    case nobody

    public var code: String {
        switch self {
        case .plan: "deployment.plan_invalid"
        case .keyReused: "idempotency_key.reused"
        case .nobody: "deployment.no_endpoints"
        }
    }

    public var message: String {
        switch self {
        case .plan(let defects): defects.map { "\($0.field): \($0.message)" }.joined(separator: " ")
        case .keyReused: "The Idempotency-Key was used for another deployment. Use a new key for a new one."
        case .nobody: "No endpoint needs this patch: there is nothing to deploy."
        }
    }

    /// The first field at fault.
    public var field: String? {
        if case .plan(let defects) = self { return defects.first?.field }
        return nil
    }
}
