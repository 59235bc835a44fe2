import Domain
import FoundationEssentials
import Postgres
import Response

/// One action as it is written first.
struct NewActionRow {
    let id = ActionID.make()
    var decision: DecisionID
    var connector: ConnectorID
    var source: String
    var sourceKind: String
    var device: String?
    var endpoint: EndpointID?
    var incident: UUID?
    var alert: UUID?
    var action: DeviceAction
    var reason: String

    /// Gives a row unless the same is under way.
    func statement(tenant: TenantID, by principal: Principal) throws -> Statement {
        let delivery = SourceAbilities.of(kind: sourceKind).delivery
        let time = delivery == .sent ? ActionPace.sending : ActionPace.fetching
        let request = ActionRequest(id: id.uuid, action: action, comment: reason)
        var (user, token) = (Value.null, Value.null)
        switch principal.subject {
        case .user(let id): user = .id(id)
        case .token(let id): token = .id(id)
        case .system: break
        }
        return Statement(
            """
            INSERT INTO device_actions
              (tenant_id, id, decision_id, connector_id, source, source_kind, device_id, endpoint_id, incident_id, alert_id,
               kind, delivery, request, reason, requested_by, user_id, token_id, deadline_at, transitions)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
              now() + make_interval(secs => $18), \(ActionRecord.adding("'pending'").replacing("transitions ||", with: "'[]'::jsonb ||")))
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            [
                .id(tenant), .id(id), .id(decision), .id(connector), .text(source), .text(sourceKind), .of(device),
                .of(endpoint), .of(incident), .of(alert), .text(action.name), .text(delivery.rawValue),
                .json(Array(try JSONEncoder().encode(request))), .text(reason), .text(principal.name), user, token,
                .float8(time),
            ])
    }
}

/// The published table of what people had done through Microsoft is kept in step, where it can say it: four kinds of
/// actions, devices that it has, and people.
enum ActionMirror {
    private static let kinds = [
        "isolate": "isolate", "release": "unisolate", "scan": "scan", "set_alert_status": "resolve_alert",
    ]

    static func insertion(_ row: NewActionRow, tenant: TenantID, by principal: Principal) -> Statement? {
        guard row.sourceKind == "microsoft", let device = row.device, let kind = kinds[row.action.name],
            case .user(let user) = principal.subject
        else { return nil }
        if case .setAlertStatus(_, let status) = row.action, status != .resolved { return nil }
        return Statement(
            """
            INSERT INTO edr_actions (id, tenant_id, device_id, user_id, action_type)
            SELECT $2, $1, d.id, $4, $5
            FROM edr_devices AS d
            WHERE d.tenant_id = $1 AND d.microsoft_device_id = $3
            """, [.id(tenant), .id(row.id), .text(device), .id(user), .text(kind)])
    }

    /// What is unknown is in progress there, with the reason.
    static func update(_ id: ActionID, tenant: TenantID) -> Statement {
        Statement(
            """
            UPDATE edr_actions AS e
            SET status = CASE WHEN a.status IN ('sending', 'unknown') THEN 'in_progress' ELSE a.status END,
              result_message = a.message, completed_at = a.finished_at
            FROM device_actions AS a
            WHERE a.tenant_id = $1 AND a.id = $2 AND e.tenant_id = $1 AND e.id = $2
            """, [.id(tenant), .id(id)])
    }
}
