import Domain
import FoundationEssentials
import Patching
import Postgres

extension NewDeployment {
    /// The same text for the same deployment, another for any other: whether what is asked for is what was previewed.
    public var fingerprint: String {
        get throws { try hash().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }
}

extension DeploymentStore {
    /// From its turn to its outcome, as an endpoint that is there takes it.
    private static let secondsEach = 600.0

    /// What a deployment would do if it were asked for now; nothing is written.
    ///
    /// - Throws: as `create`.
    public func preview(_ new: NewDeployment, at now: Date = Date(), tenant: TenantID) async throws -> DeploymentPreview
    {
        let defects = PlanDefect.all(in: new.plan)
        guard defects.isEmpty else { throw DeploymentError.plan(defects) }
        let (patch, members, risks) = try await store.app.transaction(tenant: tenant) { connection in
            let patch = try await Self.patch(new.patch, connection)
            let members = try await Self.members(new.endpoints, of: patch.id, connection, tenant)
            return (patch.id, members, try await Self.risks(of: patch.id, connection, tenant))
        }
        let assignment = RingAssignment(members, plan: new.plan, deployment: .make(at: now))
        var preview = DeploymentPreview(
            new.plan, assignment: assignment, risks: members.map { risks[$0.id] ?? 0 },
            secondsEach: Self.secondsEach, at: now)
        if let prerequisites = try await PatchPrerequisites(of: patch, store) {
            let steps = try await prerequisites.steps(on: members.map(\.id), store, tenant: tenant)
            preview.add(steps.values)
        }
        return preview
    }

    /// The risk of the findings that a patch ends, by endpoint.
    private static func risks(
        of patch: PatchID, _ connection: Connection, _ tenant: TenantID
    ) async throws -> [EndpointID: Double] {
        let rows = try await connection.query(
            """
            SELECT e.id, s.risk::double precision / 10
            FROM finding_set_patches AS s
            JOIN endpoints AS e ON e.tenant_id = $1 AND e.finding_set_id = s.finding_set_id
            WHERE s.tenant_id = $1 AND s.patch_id = $2
            """, [.id(tenant), .id(patch)])
        return Dictionary(
            try rows.map { (try $0.decode(0, as: EndpointID.self), try $0.decode(1, as: Double.self)) },
            uniquingKeysWith: { $1 })
    }
}

extension DeploymentPreview {
    /// What endpoints are given before the patch, what most are given first.
    fileprivate mutating func add(_ steps: some Sequence<PatchSteps>) {
        var (first, obstacles): ([String: Int], [String: Int]) = ([:], [:])
        for own in steps {
            for number in own.first { first[number, default: 0] += 1 }
            if let obstacle = own.obstacle { obstacles[obstacle, default: 0] += 1 }
        }
        prerequisites = first.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            Prerequisite($0.key, endpoints: $0.value)
        }
        self.obstacles = obstacles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            Obstacle($0.key, endpoints: $0.value)
        }
    }
}
