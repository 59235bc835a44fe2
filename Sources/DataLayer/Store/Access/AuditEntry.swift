import Domain
import FoundationEssentials
import Postgres

/// An act for the audit trail, written in the transaction of the change that it tells of: neither is
/// there without the other.
public struct AuditEntry: Sendable {
    let action: String
    let object: String
    let detail: [String: String]
    let principal: Principal

    /// - Parameters:
    ///   - action: `noun.verb`.
    ///   - detail: a flat JSON object's members.
    public init(_ action: String, object: String, detail: [String: String] = [:], by principal: Principal) {
        self.action = action
        self.object = object
        self.detail = detail
        self.principal = principal
    }

    /// The statement that writes it, for the transaction of the change.
    package func statement() throws -> Statement {
        Statement(
            "INSERT INTO audit_events (tenant_id, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(principal.tenant), .text(principal.name), .text(action), .text(object),
                .json(Array(try JSONEncoder().encode(detail))),
            ])
    }
}
