import API
import Domain
import Store
import Testing
import TestSupport

@Suite("Work that a POST starts", .database)
struct TaskEventTests {
    @Test("is accepted with a task, which tells how far it is until it is done")
    func lifecycle() async throws {
        let database = TestDatabase.current
        let id = try await database.addEndpoints(1, in: database.a)[0]
        try await TestAPI.run { api in
            let token = database.a.tokens[.analyst]
            let several = try await api.send(
                "POST", "/api/endpoints/scan", token: token, json: "{\"endpoint_ids\": [\"\(id)\"]}")
            #expect(several.status == 202)
            #expect(try several.json["status"]?.text == "scanning")
            let one = try await api.send(
                "POST", "/api/vulnerabilities/scan", token: token, json: "{\"endpoint_id\": \"\(id)\"}")
            #expect(one.status == 202)
            #expect(try one.json["scan_time_estimate"]?.integer ?? 0 > 0)
            let path = "/api/tasks/\(try several.json["task_id"]?.text ?? "")"
            #expect(try await api.send("GET", path, token: token).json["state"]?.text == "queued")
            async let stream = api.send("GET", path + "/events", token: token)
            try await work(database)
            let events = try await stream
            #expect(events["content-type"] == "text/event-stream")
            let names = events.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(names.last == "done", "\(events.text)")
            #expect(try await api.send("GET", path, token: token).json["state"]?.text == "done")
        }
    }

    /// Does what is queued as a worker does, a little slower.
    private func work(_ database: TestDatabase) async throws {
        while let job = try await database.store.jobs.take(worker: "test") {
            for progress in 1...3 {
                try await database.store.jobs.report(job, progress: progress, total: 3)
                try await Task.sleep(for: .milliseconds(20))
            }
            try await database.store.jobs.finish(job, result: Array("{\"scanned\": 1}".utf8))
        }
    }

    @Test("the events of a task that is over are its end, and the stream closes")
    func finished() async throws {
        let database = TestDatabase.current
        let task = try await database.store.startScan(of: [], by: database.a.administrator)
        try await work(database)
        try await TestAPI.run { api in
            let reply = try await api.send("GET", "/api/tasks/\(task)/events", token: database.a.tokens[.viewer])
            let lines = reply.text.split(separator: "\n")
            #expect(lines.first == "event: done" && lines.count == 2)
            let data = try JSONParser.parse(Array(lines[1].dropFirst(6).utf8))
            #expect(data["result"]?["scanned"]?.integer == 1 && data["id"]?.text == task.description)
        }
    }
}
