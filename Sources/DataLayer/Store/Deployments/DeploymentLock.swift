import Domain
import Postgres

/// Who changes a deployment holds it alone, and who changes its targets shares it, until the end of their transaction. Locks
/// of the database's own queue, and not of rows: who comes to share while somebody waits to decide waits behind, so that a
/// pause has its turn however many endpoints report.
///
/// Several are taken in the order of their ids, and before any row of a target.
enum DeploymentLock {
    private static let key = "hashtextextended('garrison.deployment' || n.id::text, 0)"

    /// For whoever decides.
    static func alone(_ ids: some Sequence<DeploymentID>) -> Statement {
        Statement("SELECT pg_advisory_xact_lock(\(key)) FROM unnest($1::uuid[]) AS n (id)", [sorted(ids)])
    }

    /// For whoever changes targets as the deployment lets them.
    static func shared(_ ids: some Sequence<DeploymentID>) -> Statement {
        Statement("SELECT pg_advisory_xact_lock_shared(\(key)) FROM unnest($1::uuid[]) AS n (id)", [sorted(ids)])
    }

    /// Shares those that nobody holds alone or waits for; they are the rows of the answer.
    static func sharedIfFree(_ ids: some Sequence<DeploymentID>) -> Statement {
        Statement(
            "SELECT n.id FROM unnest($1::uuid[]) AS n (id) WHERE pg_try_advisory_xact_lock_shared(\(key))",
            [sorted(ids)])
    }

    /// Of those who look after a deployment one does; the others need not wait for it. Answers whether it is free.
    static func keeping(_ id: DeploymentID) -> Statement {
        Statement(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('garrison.keeper' || $1::uuid::text, 0))", [.id(id)])
    }

    private static func sorted(_ ids: some Sequence<DeploymentID>) -> Value {
        .uuidArray(ids.map(\.uuid).sorted())
    }
}
