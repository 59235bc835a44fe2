import Domain
import Patching

/// Why a deployment is not made.
public enum DeploymentError: UserFacingError, Hashable {
    /// Everything that is wrong with its plan; at least one.
    case plan([PlanDefect])
    /// The key came with another request before.
    case keyReused
    case nobody
    /// Others take the patch's place; at least one.
    case superseded([PatchSuccessor])

    public var code: String {
        switch self {
        case .plan: "deployment.plan_invalid"
        case .keyReused: "idempotency_key.reused"
        case .nobody: "deployment.no_endpoints"
        case .superseded: "patch.superseded"
        }
    }

    public var message: String {
        switch self {
        case .plan(let defects): defects.map { "\($0.field): \($0.message)" }.joined(separator: " ")
        case .keyReused: "The Idempotency-Key was used for another deployment. Use a new key for a new one."
        case .nobody: "No endpoint needs this patch: there is nothing to deploy."
        case .superseded(let all):
            all.count == 1
                ? "\(all[0].number) takes the place of this patch: deploy that one."
                : "Others take the place of this patch: deploy \(all.map(\.number).joined(separator: ", "))."
        }
    }

    /// The first field at fault.
    public var field: String? {
        switch self {
        case .plan(let defects): defects.first?.field
        case .superseded: "patch_id"
        case .keyReused, .nobody: nil
        }
    }

    /// What is to be deployed instead.
    public var successors: [PatchSuccessor] {
        if case .superseded(let all) = self { return all }
        return []
    }
}
