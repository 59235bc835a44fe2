import Domain
import FoundationEssentials
import Postgres

/// Who carries a target's job out.
public enum PatchCarrier: Sendable, Hashable {
    /// Garrison's own.
    case agent
    /// A vendor, by an account.
    /// - Parameters:
    ///   - kind: the account's; nil for one that is not there any more, like its name.
    case account(ConnectorID, kind: String?, name: String?)
    /// A system of the tenant's own.
    case webhook
}

/// What else than an agent is given a job.
struct ExecutorChoice: Sendable, Hashable {
    /// The account; nil for the tenant's webhook.
    let connector: ConnectorID?
    /// As the executor knows the machine.
    let device: String

    var kind: String { connector == nil ? "webhook" : "connector" }
}

/// Who may take the jobs of a look for turns: an agent, an account that patches, the webhook, in this order.
struct ExecutorSearch {
    /// What the tenant has besides agents.
    let hasAccounts: Bool
    let hasWebhook: Bool

    /// Kinds of accounts that run scripts, with the setting that names theirs.
    private static let scripts = """
        c.kind IN ('crowdstrike', 'microsoft', 'sentinelone') AND coalesce(c.settings ->> 'patch_script', '') <> ''
        """
    private static let updates = """
        c.kind = 'microsoft' AND lower(c.settings ->> 'intune_updates') IN ('true', 'yes', 'on')
        """
    /// Devices of Intune have GUIDs, machines of Defender sums.
    private static let isManaged = """
        c.kind = 'microsoft' AND s.device_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        """

    static func statement(_ tenant: TenantID) -> Statement {
        Statement(
            """
            SELECT EXISTS (
              SELECT FROM connectors AS c WHERE c.tenant_id = $1 AND NOT c.is_implicit AND (\(scripts) OR \(updates))
            ), EXISTS (SELECT FROM patch_webhooks WHERE tenant_id = $1 AND enabled)
            """, [.id(tenant)])
    }

    /// Patches that are installed as a whole, by what the system itself has for it.
    static func updates(among patches: [PatchID], _ connection: Connection) async throws -> Set<PatchID> {
        let rows = try await connection.query(
            """
            SELECT p.id
            FROM patches AS p
            WHERE p.id = ANY ($1) AND p.kind = 'windows_update'
              AND NOT EXISTS (SELECT FROM patch_packages AS k WHERE k.patch_id = p.id)
            """, [.uuidArray(patches.map(\.uuid))])
        return Set(try rows.map { try $0.decode(0) })
    }

    init(_ row: Row) throws {
        hasAccounts = try row.decode(0)
        hasWebhook = try row.decode(1)
    }

    /// An agent that was heard of within a day is waited for.
    private static let patience = 86_400

    private static func agents(of endpoint: String = "p.endpoint_id") -> String {
        """
        FROM endpoint_sources AS s
        JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id AND c.kind = 'agent'
        JOIN agents AS a ON a.tenant_id = s.tenant_id AND a.device_id = s.device_id AND a.state = 'active'
        WHERE s.tenant_id = $1 AND s.endpoint_id = \(endpoint) AND cardinality(a.patch_tools) > 0
        """
    }

    private static func accounts(of endpoint: String = "p.endpoint_id", isUpdate: Bool) -> String {
        """
        FROM endpoint_sources AS s
        JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id AND NOT c.is_implicit
        WHERE s.tenant_id = $1 AND s.endpoint_id = \(endpoint) AND s.ended_at IS NULL AND s.quarantined_at IS NULL
          AND CASE WHEN \(isManaged) THEN \(isUpdate) AND \(updates) ELSE \(scripts) END
        """
    }

    /// Whether anybody could take the job of an endpoint `e`, there now or not.
    func mayCarry(isUpdate: Bool) -> String {
        if hasWebhook { return "true" }
        var carriers = isUpdate ? [] : [Self.agents(of: "e.id")]
        if hasAccounts { carriers.append(Self.accounts(of: "e.id", isUpdate: isUpdate)) }
        return carriers.isEmpty ? "false" : carriers.map { "EXISTS (SELECT \($0))" }.joined(separator: " OR ")
    }

    /// One row for a target `p` that somebody can take the job of: agent, executor, account, device.
    ///
    /// - Parameter isUpdate: it is no package: agents have nothing to install it with.
    /// - Returns: nil where nobody can.
    func choice(isUpdate: Bool) -> String? {
        var choices: [String] = []
        if !isUpdate {
            choices.append(
                """
                (
                  SELECT 0, a.id, NULL::text, NULL::uuid, ''
                  \(Self.agents()) AND a.last_seen_at > now() - make_interval(secs => \(DeploymentStore.presence))
                  LIMIT 1
                )
                """)
        }
        // What an executor did not take is put off for a while.
        var isFree = """
            NOT EXISTS (
              SELECT FROM patch_jobs AS j
              WHERE j.tenant_id = $1 AND j.target_id = p.id AND j.status = 'pending' AND j.next_at > now())
            """
        if !isUpdate {
            isFree += """
                 AND NOT EXISTS (
                  SELECT \(Self.agents()) AND a.last_seen_at > now() - make_interval(secs => \(Self.patience)))
                """
        }
        if hasAccounts {
            choices.append(
                """
                (
                  SELECT 1, NULL::uuid, 'connector', c.id, s.device_id
                  \(Self.accounts(isUpdate: isUpdate)) AND \(isFree)
                  -- A script says what came of it; a device that fetches its updates does not.
                  ORDER BY \(Self.isManaged), c.id, s.device_id
                  LIMIT 1
                )
                """)
        }
        if hasWebhook {
            choices.append(
                """
                (
                  SELECT 2, NULL::uuid, 'webhook', NULL::uuid, e.hostname
                  FROM endpoints AS e
                  WHERE e.tenant_id = $1 AND e.id = p.endpoint_id AND \(isFree)
                )
                """)
        }
        if choices.isEmpty { return nil }
        return """
            SELECT x.agent_id, x.executor, x.connector_id, x.device_id
            FROM (\(choices.joined(separator: " UNION ALL "))) AS x (place, agent_id, executor, connector_id, device_id)
            ORDER BY x.place
            LIMIT 1
            """
    }
}
