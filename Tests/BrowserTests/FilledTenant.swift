import Domain
import Foundation
import Identity
import Postgres
import Store
import TestSupport

/// A tenant of the server that has incidents, agents, osquery nodes, machines of several sources and deployments: what
/// only vendors, machines and time bring.
struct FilledTenant: Sendable {
    static let visitor = "admin@alpha.test"

    let database: TestDatabase
    let endpoint: EndpointID
    let incident: IncidentID
    /// A machine that is an endpoint by osquery, with its key at the server.
    let node: (hostname: String, key: String)
    /// Halted where its first ring failed, completed, and one that waits for its windows.
    let halted: DeploymentID
    let completed: DeploymentID
    let scheduled: DeploymentID
    let patch: PatchID

    private static let moment = Date(timeIntervalSinceNow: -3600)

    /// Fills it for a body, and lets go of the database.
    static func with(_ server: GarrisonServer, _ body: (FilledTenant) async throws -> Void) async throws {
        let database = try await server.database()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(try await fill(database, server)))
        } catch {
            outcome = .failure(error)
        }
        await database.store.close()
        try outcome.get()
    }

    private static func fill(_ database: TestDatabase, _ server: GarrisonServer) async throws -> FilledTenant {
        let desks = try await database.addEndpoints(3, prefix: "desk", at: moment, in: database.a)
        let incident = try await incident(on: desks[0], database)
        try await agents(database)
        let node = try await node(database, server)
        let fleet = try await PatchedFleet.make(20, in: database.a, database: database)
        fleet.set(.fails, of: fleet.endpoints)
        let halted = try await fleet.deploy(staged)
        try await settle(fleet, halted, .halted, database)
        fleet.set(.succeeds, of: fleet.endpoints)
        let completed = try await fleet.deploy(DeploymentPlan())
        try await settle(fleet, completed, .completed, database)
        return FilledTenant(
            database: database, endpoint: desks[0], incident: incident, node: node, halted: halted,
            completed: completed, scheduled: try await fleet.deploy(windows), patch: fleet.patch)
    }

    private static var staged: DeploymentPlan {
        DeploymentPlan(
            strategy: .staged,
            rings: [DeploymentRing(name: "Canary", percent: 20), DeploymentRing(name: "All others")])
    }

    /// Nights of Berlin, and a weekend of all others; nothing begins this week.
    private static var windows: DeploymentPlan {
        let today = String(Date().formatted(.iso8601).prefix(10))
        let blackout = MaintenanceSchedule.Blackout(
            from: today, through: today, reason: "The end of the quarter")
        return DeploymentPlan(
            strategy: .scheduled,
            schedules: [
                MaintenanceSchedule(
                    groups: ["finance"], timeZone: "Europe/Berlin",
                    windows: [.init(days: [.monday, .wednesday, .friday], start: "22:00", end: "04:00")],
                    blackouts: [blackout]),
                MaintenanceSchedule(
                    timeZone: "UTC", windows: [.init(days: [.saturday, .sunday], start: "00:00", end: "00:00")],
                    blackouts: [blackout]),
            ])
    }

    /// The server's keeper takes part.
    private static func settle(
        _ fleet: PatchedFleet, _ id: DeploymentID, _ status: DeploymentStatus, _ database: TestDatabase
    ) async throws {
        try await waitUntil("the deployment is \(status.rawValue)", seconds: 120) {
            try await fleet.beat()
            try await fleet.settle(id)
            return try await database.store.deployments.find(id, tenant: database.a.id).status == status
        }
    }

    /// Two sources have the endpoint; one of them reports what becomes an incident.
    private static func incident(on endpoint: EndpointID, _ database: TestDatabase) async throws -> IncidentID {
        let (store, tenant) = (database.store, database.a)
        let falcon = try await database.addSource("Falcon", device: "f1", of: endpoint, in: tenant)
        _ = try await database.addSource("Sentinel", kind: "sentinelone", device: "s1", of: endpoint, in: tenant)
        let techniques = [
            AlertReport.Technique(
                tacticID: "TA0002", tactic: "Execution", techniqueID: "T1059.001", technique: "PowerShell")
        ]
        let alerts = (1...3).map { number in
            AlertReport(
                sourceID: "a\(number)", deviceID: "f1", title: "A script was run from a document (\(number))",
                severity: .high, status: .new, techniques: techniques, detected: moment)
        }
        let stored = try await store.connectors.checkpoint(of: .alerts, falcon, tenant: tenant.id)
        let next = stored.next(.changes, overlap: 0)
            .advanced(by: alerts.count, newest: moment, cursor: nil, at: moment)
        try await store.connectors.write(
            ConnectorBatch(.alerts(alerts), next: next), of: .alerts, after: stored, falcon, tenant: tenant.id)
        try await store.incidents.follow(tenant: tenant.id)
        guard let incident = try await store.incidents.list(.init(), tenant: tenant.id).items.first else {
            throw TestFailure("no incident came of the alerts")
        }
        return incident.id
    }

    /// Three agents, of which one is said to be a copy.
    private static func agents(_ database: TestDatabase) async throws {
        let (store, tenant) = (database.store, database.a)
        let token = EnrolmentToken.make(for: tenant.id)
        try await store.enrolments.create(
            name: "web servers", uses: 5, mayReplace: false, hash: token.digest,
            expiresAt: Date().addingTimeInterval(3600), tenant: tenant.id, by: tenant.administrator)
        for number in 0..<3 {
            _ = try await store.agents.enrol(
                tokenHash: token.digest, publicKey: (0..<32).map { _ in .random(in: 0...255) },
                facts: AgentFacts(deviceID: "agent-\(number)", hostname: "agent-\(number)", version: "1"),
                tenant: tenant.id)
        }
        _ = try await store.owner.query(
            """
            UPDATE agents SET state = 'quarantined', reason = 'Two machines report with its key.'
            WHERE tenant_id = $1 AND hostname = 'agent-2'
            """, [.id(tenant.id)], tenant: tenant.id)
    }

    /// A machine with osquery reports what it is, and becomes an endpoint.
    private static func node(
        _ database: TestDatabase, _ server: GarrisonServer
    ) async throws -> (hostname: String, key: String) {
        let token = EnrolmentToken.make(for: database.a.id)
        try await database.store.enrolments.create(
            name: "osquery", uses: 1, mayReplace: false, hash: token.digest,
            expiresAt: Date().addingTimeInterval(3600), tenant: database.a.id, by: database.a.administrator)
        let (name, uuid) = ("db-1", "4c4c4544-0042-3510-8053-b4c04f4d3332")
        let answer = try await server.post(
            "/api/osquery/enroll",
            """
            {"enroll_secret": "\(token.text)", "host_identifier": "\(name)", "platform_type": "9",
             "host_details": {"os_version": {"major": "12", "name": "Debian GNU/Linux", "platform": "debian"},
              "osquery_info": {"version": "5.12.1"}, "system_info": {"hostname": "\(name)", "uuid": "\(uuid)"}}}
            """)
        guard let key = answer["node_key"].text else { throw TestFailure("osquery was not let in: \(answer)") }
        func snapshot(_ table: String, _ row: String) -> String {
            """
            {"snapshot": [\(row)], "action": "snapshot", "name": "\(table)", "hostIdentifier": "\(name)",
             "unixTime": \(Int(moment.timeIntervalSince1970)), "decorations": {"host_uuid": "\(uuid)"}}
            """
        }
        let lines = [
            snapshot(
                "os_version",
                #"{"name": "Debian GNU/Linux", "version": "12", "major": "12", "platform": "debian", "arch": "x86_64"}"#
            ),
            snapshot("system_info", "{\"hostname\": \"\(name)\", \"uuid\": \"\(uuid)\", \"cpu_type\": \"x86_64\"}"),
            snapshot(
                "deb_packages",
                """
                {"name": "openssl", "version": "3.0.11-1~deb12u2", "source": "openssl", "arch": "amd64",
                 "status": "install ok installed"}
                """),
        ]
        _ = try await server.post(
            "/api/osquery/log",
            "{\"node_key\": \"\(key)\", \"log_type\": \"result\", \"data\": [\(lines.joined(separator: ", "))]}")
        return (name, key)
    }
}
