import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Windows of deployments over the API", .database)
struct DeploymentWindowTests {
    private let database = TestDatabase.current
    private let path = "/api/patches/calendar"

    private var nights: DeploymentPlan {
        DeploymentPlan(
            strategy: .scheduled,
            schedules: [
                MaintenanceSchedule(
                    timeZone: "Europe/Berlin", windows: [.init(start: "22:00", end: "04:00")],
                    blackouts: [.init(from: "2031-03-31", through: "2031-03-31", reason: "The end of the quarter")])
            ])
    }

    @Test("each opening is told by UTC and by the clocks there, which are changed meanwhile; blackouts are cut out")
    func openings() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let id = try await fleet.deploy(nights)
        try await TestAPI.run { api in
            let reply = try await api.send(
                "GET", "\(path)?from=2031-03-29T12:00:00Z&to=2031-04-01T12:00:00Z", token: database.a.tokens[.viewer])
            let rows = try reply.json.elements
            #expect(rows.count == 1 && rows[0]["deployment_id"]?.text == id.description)
            #expect(rows[0]["time_zone"]?.text == "Europe/Berlin" && rows[0]["status"]?.text == "scheduled")
            let openings = rows[0]["openings"]?.elements ?? []
            #expect(
                openings.map { "\($0["opens_local"]?.text ?? "")/\($0["closes_local"]?.text ?? "")" }
                    == [
                        // 2031-03-30: 02:00 is 03:00 in Berlin.
                        "2031-03-29T22:00/2031-03-30T04:00", "2031-03-30T22:00/2031-03-31T00:00",
                        // The night of the blackout, when it is over.
                        "2031-04-01T00:00/2031-04-01T04:00",
                    ])
            #expect(openings.first?["opens_at"]?.text?.hasPrefix("2031-03-29T21:00:00") == true)
            #expect(openings.first?["closes_at"]?.text?.hasPrefix("2031-03-30T02:00:00") == true)
            #expect(rows[0]["blackouts"]?[0]?["reason"]?.text == "The end of the quarter")
        }
    }

    @Test("only deployments that may still begin are there, and only the tenant's own")
    func open() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let ended = try await fleet.deploy(nights)
        _ = try await fleet.deploy(DeploymentPlan())
        try await database.store.deployments.decide(
            .abort, ended, tenant: database.a.id, by: database.a.administrator)
        try await database.store.deployments.keep(ended, tenant: database.a.id)
        let waiting = try await fleet.deploy(nights)
        try await TestAPI.run { api in
            let own = try await api.send("GET", path, token: database.a.tokens[.viewer])
            #expect(try own.json.elements.map { $0["deployment_id"]?.text } == [waiting.description])
            #expect(own["x-total-count"] == "1")
            let other = try await api.send("GET", path, token: database.b.tokens[.viewer])
            #expect(try other.json.elements.isEmpty)
        }
    }

    @Test(
        "a stretch of time that is none, or of more than 92 days, is refused",
        arguments: ["from=2031-01-02T00:00:00Z&to=2031-01-01T00:00:00Z", "to=2099-01-01T00:00:00Z", "from=yesterday"])
    func refused(query: String) async throws {
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "\(path)?\(query)", token: database.a.tokens[.viewer])
            #expect(reply.status == 400 && reply.problem == "request.invalid_parameter")
        }
    }
}
