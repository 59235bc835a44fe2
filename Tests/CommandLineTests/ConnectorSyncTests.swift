import Domain
import Foundation
import Simulators
import TestSupport
import Testing

@Suite("garrison connector, with a database", .database, .blocking)
struct ConnectorSyncTests {
    private func run(
        _ arguments: [String], _ key: String, secret: String = FalconAccount().clientSecret
    ) throws -> GarrisonProcess {
        try GarrisonProcess.run(
            ["connector"] + arguments,
            environment: [
                "DATABASE_URL": TestDatabase.current.url, "GARRISON_SECRET_KEY_FILE": key,
                "GARRISON_CONNECTOR_CLIENT_SECRET": secret,
            ])
    }

    private func counts(_ key: String) throws -> [String: Int] {
        let list = try run(["list", "--tenant", "alpha", "--json"], key).json(as: [[String: Any]].self)
        return list.first?["records"] as? [String: Int] ?? [:]
    }

    @Test("an account is added, tried, read and read again, and removed")
    func life() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let key = "\(folder.path)/secret.key"
        var fleet = FalconFleetSettings()
        fleet.devices = 30
        fleet.malformed = 0.1
        let simulator = FalconSimulator(fleet)
        let server = try await SimulatorServer.start(simulator)
        let settings = [
            "--set", "client_id=\(FalconAccount().clientID)", "--set", "base_url=\(server.url)", "--set",
            "page_size=10",
        ]
        let refused = try run(["add", "--tenant", "alpha", "crowdstrike"] + settings, key, secret: "wrong")
        #expect(refused.status == 1 && refused.complaints.contains("does not accept the credentials"))
        let added = try run(["add", "--tenant", "alpha", "crowdstrike", "--name", "hq"] + settings, key)
        #expect(added.status == 0 && UUID(uuidString: added.output.lines.first ?? "") != nil)
        #expect(try run(["test", "--tenant", "alpha", "hq"], key, secret: "").status == 0)
        let synced = try run(["sync", "--tenant", "alpha", "hq"], key, secret: "")
        #expect(synced.status == 0, "\(synced.complaints)")
        let truth = simulator.truth
        #expect(
            try counts(key) == [
                "devices": truth.hosts.count, "software": truth.applications.count,
                "vulnerabilities": truth.vulnerabilities.count, "alerts": truth.alerts.count,
                "compliance": truth.assessments.count,
            ])
        simulator.live(40, seed: 5)
        #expect(try run(["sync", "--tenant", "alpha", "hq"], key).status == 0)
        #expect(try run(["sync", "--tenant", "alpha", "hq", "--full"], key).status == 0)
        #expect(try counts(key)["devices"] == simulator.truth.hosts.count)
        #expect(try counts(key)["vulnerabilities"] == simulator.truth.vulnerabilities.count)
        #expect(try run(["list", "--tenant", "alpha"], key).output.contains("hq: crowdstrike, read "))
        try await server.stop()
        let offline = try run(["sync", "--tenant", "alpha", "hq"], key)
        #expect(offline.status == 1 && offline.complaints.contains("cannot be reached"))
        #expect(try run(["list", "--tenant", "alpha"], key).output.contains("last error: "))
        #expect(try run(["remove", "--tenant", "alpha", "hq"], key).status == 0)
        #expect(try run(["list", "--tenant", "alpha"], key).output.isEmpty)
    }

    @Test("another key opens nothing")
    func otherKey() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let added = try run(
            ["add", "--tenant", "alpha", "crowdstrike", "--untried", "--set", "client_id=a"], "\(folder.path)/one.key")
        #expect(added.status == 0)
        let result = try run(["test", "--tenant", "alpha", "crowdstrike"], "\(folder.path)/two.key")
        #expect(result.status == 1 && result.complaints.contains("does not open under this key"))
    }
}
