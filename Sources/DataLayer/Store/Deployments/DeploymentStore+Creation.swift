import Crypto
import Domain
import FoundationEssentials
import Patching
import Postgres

/// What is to be deployed.
public struct NewDeployment: Sendable {
    /// The patch's id, or its vendor's number.
    public var patch: String
    /// Nil for all that need it.
    public var endpoints: [EndpointID]?
    public var plan: DeploymentPlan
    public var reason: String
    /// A second request of the tenant with this key makes nothing.
    public var key: String?

    public init(
        patch: String, endpoints: [EndpointID]?, plan: DeploymentPlan, reason: String = "", key: String? = nil
    ) {
        self.patch = patch
        self.endpoints = endpoints
        self.plan = plan
        self.reason = reason
        self.key = key
    }

    /// Of everything that tells it from another.
    func hash() throws -> [UInt8] {
        var sum = SHA256()
        sum.update(data: Array("\(patch)\n\(reason)\n".utf8))
        sum.update(data: try PatchJSON.canonical(plan))
        for endpoint in endpoints ?? [] { sum.update(data: Array(endpoint.description.utf8)) }
        return Array(sum.finalize())
    }
}

extension DeploymentStore {
    public static let longestReason = 1000
    /// Endpoints of one deployment.
    public static let mostEndpoints = 200_000
    /// A tag of an endpoint that begins so puts it into a group: `group:finance`.
    public static let groupTag = "group:"

    /// Makes a deployment with all its targets, each in its ring. It begins by itself when it may.
    ///
    /// - Throws: `DeploymentError`, `StoreError.notFound` for the patch or an endpoint.
    public func create(_ new: NewDeployment, tenant: TenantID, by principal: Principal) async throws -> DeploymentID {
        let defects = PlanDefect.all(in: new.plan)
        guard defects.isEmpty else { throw DeploymentError.plan(defects) }
        guard new.reason.count <= Self.longestReason, !new.reason.utf8.contains(0) else {
            throw StoreError.invalid(field: "reason", reason: "must have at most \(Self.longestReason) characters")
        }
        let hash = try new.key.map { _ in try new.hash() }
        // An endpoint that is gone, or has become part of another, since the others were read is not among them the next time.
        return try await store.app.retriedTransaction(
            tenant: tenant, where: { $0.isSerializationFailure || $0.isForeignKeyViolation }
        ) { connection in
            if let key = new.key, let known = try await Self.known(key, hash, connection, tenant) { return known }
            let patch = try await Self.patch(new.patch, connection)
            let members = try await Self.members(new.endpoints, of: patch.id, connection, tenant)
            let id = DeploymentID.make()
            let assignment = RingAssignment(members, plan: new.plan, deployment: id)
            let life = DeploymentLife(approval: new.plan.approval, ringCount: new.plan.ringCount)
            let row = try Self.insertion(id, patch.id, new, life, members.count, hash, tenant, principal)
            let detail = [
                "patch": patch.number, "endpoints": String(members.count), "strategy": new.plan.strategy.rawValue,
                "approval": new.plan.approval.rawValue, "reason": new.reason,
            ]
            let made = try await connection.run([row])
            // Another request with the key was quicker.
            if made[0].isEmpty, let key = new.key, let known = try await Self.known(key, hash, connection, tenant) {
                return known
            }
            try await connection.run(
                Self.rings(id, new.plan, tenant) + [
                    Self.targets(id, patch.id, members, assignment, tenant),
                    Self.transition(
                        of: id, from: nil, to: life.status, by: PatchActor(principal), reason: new.reason, tenant),
                    try AuditEntry("deployment.create", object: id.description, detail: detail, by: principal)
                        .statement(),
                    Self.notice(id),
                ])
            return id
        }
    }

    private static func known(
        _ key: String, _ hash: [UInt8]?, _ connection: Connection, _ tenant: TenantID
    ) async throws -> DeploymentID? {
        let rows = try await connection.query(
            "SELECT id, request_hash FROM deployments WHERE tenant_id = $1 AND idempotency_key = $2",
            [.id(tenant), .text(key)])
        guard let row = rows.first else { return nil }
        guard try row.bytes("request_hash") == hash else { throw DeploymentError.keyReused }
        return try row.decode(0)
    }

    /// - Throws: `DeploymentError.superseded`: what nothing needs any more is not brought to endpoints.
    static func patch(
        _ text: String, _ connection: Connection
    ) async throws -> (id: PatchID, number: String) {
        let rows = try await connection.query(
            "SELECT id, kb_number FROM patches WHERE id = $1 OR kb_number = $2",
            [.of(PatchID(text)), .text(text)])
        guard let row = rows.first else { throw StoreError.notFound(kind: "patch", id: text) }
        let (id, number): (PatchID, String) = (try row.decode(0), try row.decode(1))
        let successors = try await PatchSuccession(connection: connection).successors(of: id, number)
        guard successors.isEmpty else { throw DeploymentError.superseded(successors) }
        return (id, number)
    }

    static func members(
        _ endpoints: [EndpointID]?, of patch: PatchID, _ connection: Connection, _ tenant: TenantID
    ) async throws -> [RingAssignment.Member] {
        let rows: Rows
        if let endpoints {
            rows = try await named(endpoints, connection, tenant)
        } else {
            rows = try await connection.query(
                """
                SELECT e.id, e.tags
                FROM endpoints AS e
                WHERE e.tenant_id = $1 AND e.finding_set_id IN (
                  SELECT finding_set_id FROM finding_set_patches WHERE tenant_id = $1 AND patch_id = $2)
                """, [.id(tenant), .id(patch)])
        }
        guard !rows.isEmpty else { throw DeploymentError.nobody }
        guard rows.count <= mostEndpoints else {
            throw StoreError.invalid(field: "endpoint_ids", reason: "one deployment has at most \(mostEndpoints)")
        }
        return try rows.map { row in
            let tags: [String] = try row.decode(1)
            return RingAssignment.Member(
                try row.decode(0), tags: tags,
                groups: tags.filter { $0.hasPrefix(groupTag) }.map { String($0.dropFirst(groupTag.count)) })
        }
    }

    /// Those that are asked for; one that has become part of another is that one.
    ///
    /// - Throws: `StoreError.notFound` for the first that there is not.
    private static func named(
        _ endpoints: [EndpointID], _ connection: Connection, _ tenant: TenantID
    ) async throws -> Rows {
        // By itself, the first condition is one look into a hash for each endpoint of the tenant.
        let rows = try await connection.query(
            """
            SELECT id, tags FROM endpoints WHERE tenant_id = $1 AND id = ANY ($2)
            UNION ALL
            SELECT id, tags
            FROM endpoints
            WHERE tenant_id = $1 AND id <> ALL ($2) AND id IN (
              SELECT survivor_id FROM endpoint_redirects WHERE tenant_id = $1 AND endpoint_id = ANY ($2))
            """, [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
        guard rows.count < Set(endpoints).count else { return rows }
        var known = Set(try rows.map { try $0.decode(0, as: EndpointID.self) })
        let moved = try await connection.query(
            "SELECT endpoint_id FROM endpoint_redirects WHERE tenant_id = $1 AND endpoint_id = ANY ($2)",
            [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
        for row in moved { known.insert(try row.decode(0)) }
        if let missing = endpoints.first(where: { !known.contains($0) }) {
            throw StoreError.notFound(kind: "endpoint", id: missing.description)
        }
        return rows
    }

    private static func insertion(
        _ id: DeploymentID, _ patch: PatchID, _ new: NewDeployment, _ life: DeploymentLife, _ count: Int,
        _ hash: [UInt8]?, _ tenant: TenantID, _ principal: Principal
    ) throws -> Statement {
        Statement(
            """
            INSERT INTO deployments
              (tenant_id, id, patch_id, plan, status, ring_count, endpoints, reason, requested_by, requester_id,
               idempotency_key, request_hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (tenant_id, idempotency_key) DO NOTHING
            RETURNING id
            """,
            [
                .id(tenant), .id(id), .id(patch), .json(try PatchJSON.encode(new.plan)), .text(life.status.rawValue),
                .int4(Int32(life.ringCount)), .int4(Int32(count)), .text(new.reason), .text(principal.name),
                .of(ActorColumns(PatchActor(principal)).id), .of(new.key), hash.map(Value.bytes) ?? .null,
            ])
    }

    private static func rings(_ id: DeploymentID, _ plan: DeploymentPlan, _ tenant: TenantID) -> [Statement] {
        let names = plan.rings.isEmpty ? ["All"] : plan.rings.map(\.name)
        return [
            Statement(
                """
                INSERT INTO deployment_rings (tenant_id, deployment_id, ring, name)
                SELECT $1, $2, n.place - 1, n.name
                FROM unnest($3::text[]) WITH ORDINALITY AS n (name, place)
                """, [.id(tenant), .id(id), .textArray(names)]),
            Statement(
                """
                INSERT INTO deployment_counts (tenant_id, deployment_id, ring, has_failed)
                SELECT tenant_id, deployment_id, ring, f.has_failed
                FROM deployment_rings, (VALUES (false), (true)) AS f (has_failed)
                WHERE tenant_id = $1 AND deployment_id = $2
                """, [.id(tenant), .id(id)]),
        ]
    }

    private static func targets(
        _ id: DeploymentID, _ patch: PatchID, _ members: [RingAssignment.Member],
        _ assignment: RingAssignment, _ tenant: TenantID
    ) -> Statement {
        // Ring by ring, as their index has them: what is added behind the last is added faster.
        let order = members.indices.sorted { assignment.rings[$0] < assignment.rings[$1] }
        return Statement(
            """
            INSERT INTO patch_deployments
              (tenant_id, id, patch_id, endpoint_id, deployment_id, ring, schedule, state, since)
            SELECT $1, n.id, $3, n.endpoint_id, $2, n.ring, n.schedule, 'waiting', now()
            FROM unnest($4::uuid[], $5::uuid[], $6::int[], $7::int[]) AS n (id, endpoint_id, ring, schedule)
            """,
            [
                .id(tenant), .id(id), .id(patch), .uuidArray(members.map { _ in TargetID.make().uuid }),
                .uuidArray(order.map { members[$0].id.uuid }), .int4Array(order.map { Int32(assignment.rings[$0]) }),
                .int4Array(order.map { Int32(assignment.schedules[$0] ?? -1) }),
            ])
    }

    static func transition(
        of id: DeploymentID, from: DeploymentStatus?, to: DeploymentStatus, by actor: PatchActor, reason: String?,
        _ tenant: TenantID
    ) -> Statement {
        let columns = ActorColumns(actor)
        return Statement(
            """
            INSERT INTO deployment_transitions
              (tenant_id, deployment_id, id, from_status, to_status, at, actor_kind, actor_id, actor, reason)
            VALUES ($1, $2, $3, $4, $5, now(), $6, $7, $8, nullif($9, ''))
            """,
            [
                .id(tenant), .id(id), .id(TransitionID.make()), .of(from?.rawValue), .text(to.rawValue),
                .text(columns.kind), .of(columns.id), .text(columns.name), .of(reason),
            ])
    }
}
