import Domain

/// What the store refuses, besides what PostgreSQL itself reports.
public enum StoreError: UserFacingError, Equatable {
    case notFound(kind: String, id: String)
    case duplicate(kind: String, name: String)
    case invalid(field: String, reason: String)
    /// It is there, and not in a state in which this can be done to it.
    case conflict(kind: String, reason: String)
    case badCursor
    case migrationsPending
    case noIntelligence
    /// Findings of newer intelligence have been written; ask the index anew.
    case outdatedIntelligence
    /// Another worker has the job since this one was silent for too long.
    case leaseLost(task: String)

    public var code: String {
        switch self {
        case .notFound(let kind, _): "\(kind).not_found"
        case .duplicate(let kind, _): "\(kind).exists"
        case .invalid: "request.invalid"
        case .conflict(let kind, _): "\(kind).conflict"
        case .badCursor: "cursor.invalid"
        case .migrationsPending: "database.not_migrated"
        case .noIntelligence: "intelligence.empty"
        case .outdatedIntelligence: "intelligence.outdated"
        case .leaseLost: "task.lease_lost"
        }
    }

    /// The field or parameter at fault.
    public var field: String? {
        switch self {
        case .invalid(let field, _): field
        case .badCursor: "cursor"
        default: nil
        }
    }

    public var message: String {
        switch self {
        case .notFound(let kind, let id): "There is no \(kind) “\(id)”."
        case .duplicate(let kind, let name): "There is already a \(kind) “\(name)”."
        case .invalid(let field, let reason): "\(field): \(reason)"
        case .conflict(_, let reason): reason
        case .badCursor: "This cursor is not one that the server gave out. Start again without it."
        case .migrationsPending: "The database's schema is not the one this program needs. Run `garrison migrate`."
        case .outdatedIntelligence:
            "Newer intelligence was loaded during the scan, and findings of it are there already. Scan again."
        case .leaseLost(let task): "Another worker has taken over the task \(task)."
        case .noIntelligence:
            "No vulnerability intelligence is loaded. Run `garrison intel update`, or `garrison intel import SOURCE FILE`."
        }
    }
}
