import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("The queue of background work", .database)
struct JobTests {
    let database = TestDatabase.current
    var jobs: JobStore { database.store.jobs }
    var tenant: TenantID { database.a.id }

    private func take(_ worker: String = "one") async throws -> JobStore.Job {
        try #require(try await jobs.take(worker: worker))
    }

    /// Makes the lease of a job end now.
    private func expire(_ job: JobStore.Job) async throws {
        _ = try await database.store.owner.query(
            "UPDATE jobs SET locked_until = now() - interval '1 second' WHERE id = $1", [.id(job.id)])
    }

    private func makeDue(_ id: TaskID) async throws {
        _ = try await database.store.owner.query("UPDATE jobs SET run_after = now() WHERE id = $1", [.id(id)])
    }

    @Test("a job is taken once, by whoever comes first, and the oldest first")
    func once() async throws {
        let first = try await jobs.enqueue(.scan, tenant: tenant)
        let second = try await jobs.enqueue(.scan, tenant: database.b.id)
        let taken = [try await take(), try await take("two")]
        #expect(taken.map(\.id) == [first, second])
        #expect(taken.map(\.tenant) == [tenant, database.b.id])
        #expect(try await jobs.take(worker: "three") == nil)
    }

    @Test("twenty workers at once take twenty jobs, each another one")
    func many() async throws {
        for _ in 0..<20 { _ = try await jobs.enqueue(.scan, tenant: tenant) }
        let taken = try await withThrowingTaskGroup(of: TaskID?.self) { group in
            for worker in 0..<25 { group.addTask { try await jobs.take(worker: "\(worker)")?.id } }
            var taken: [TaskID] = []
            for try await id in group { if let id { taken.append(id) } }
            return taken
        }
        #expect(taken.count == 20)
        #expect(Set(taken).count == 20)
    }

    @Test("its owner follows it from queued to done, with progress and result")
    func life() async throws {
        let id = try await jobs.enqueue(.scan, tenant: tenant)
        #expect(try await jobs.find(id, tenant: tenant).state == .queued)
        let job = try await take()
        try await jobs.report(job, progress: 3, total: 10)
        let running = try await jobs.find(id, tenant: tenant)
        #expect(running.state == .running && running.progress == 3 && running.total == 10)
        try await jobs.finish(job, result: Array(#"{"endpoints": 10}"#.utf8))
        let done = try await jobs.find(id, tenant: tenant)
        #expect(done.state == .done && done.progress == 10 && done.finishedAt != nil)
        #expect(done.result.map { String(decoding: $0, as: UTF8.self) } == #"{"endpoints": 10}"#)
    }

    @Test("another tenant does not see it")
    func otherTenant() async throws {
        let id = try await jobs.enqueue(.scan, tenant: tenant)
        await #expect(throws: StoreError.notFound(kind: "task", id: id.description)) {
            try await jobs.find(id, tenant: database.b.id)
        }
    }

    @Test("with one idempotency key there is one job in a tenant, whatever another tenant has")
    func idempotent() async throws {
        let first = try await jobs.enqueue(.scan, idempotencyKey: "nightly", tenant: tenant)
        #expect(try await jobs.enqueue(.scan, idempotencyKey: "nightly", tenant: tenant) == first)
        #expect(try await jobs.enqueue(.scan, idempotencyKey: "nightly", tenant: database.b.id) != first)
    }

    @Test("when a worker has vanished another takes its job; the first one's late words change nothing")
    func lostLease() async throws {
        let id = try await jobs.enqueue(.scan, tenant: tenant)
        let lost = try await take("vanished")
        #expect(try await jobs.take(worker: "other") == nil)
        try await expire(lost)
        let held = try await take("other")
        #expect(held.id == id)
        #expect(held.attempts == 2)
        let late: [(JobStore, JobStore.Job) async throws -> Void] = [
            { try await $0.report($1, progress: 1, total: 1) }, { try await $0.keep($1) },
            { try await $0.finish($1, result: Array("{}".utf8)) }, { try await $0.fail($1, message: "late") },
            { try await $0.release($1) },
        ]
        for words in late {
            await #expect(throws: StoreError.leaseLost(task: id.description)) { try await words(jobs, lost) }
        }
        let running = try await jobs.find(id, tenant: tenant)
        #expect(running.state == .running && running.error == nil)
        try await jobs.finish(held, result: Array("{}".utf8))
        await #expect(throws: StoreError.leaseLost(task: id.description)) {
            try await jobs.fail(held, message: "twice")
        }
        #expect(try await jobs.find(id, tenant: tenant).state == .done)
    }

    @Test("a sign of life keeps the job")
    func kept() async throws {
        _ = try await jobs.enqueue(.scan, tenant: tenant)
        let job = try await take()
        try await expire(job)
        try await jobs.keep(job)
        #expect(try await jobs.take(worker: "other") == nil)
    }

    @Test("a job that fails comes back later and later, and fails for good after the last attempt")
    func backoff() async throws {
        let id = try await jobs.enqueue(.scan, tenant: tenant)
        var delays: [Double] = []
        for attempt in 1...JobStore.maximumAttempts {
            let job = try await take()
            #expect(job.attempts == attempt)
            try await jobs.fail(job, message: "no luck")
            #expect(try await jobs.take(worker: "eager") == nil)
            delays.append(
                try await database.store.owner.query("SELECT extract(epoch FROM run_after - now())::float8 FROM jobs")[
                    0
                ]
                .decode(0))
            try await makeDue(id)
        }
        // 2^attempt seconds, a quarter more or less.
        for (attempt, delay) in zip(1..., delays) {
            let whole = Double(1 << attempt)
            #expect((whole * 0.7...whole * 1.26).contains(delay), "attempt \(attempt): \(delay) s")
        }
        let failed = try await jobs.find(id, tenant: tenant)
        #expect(failed.state == .failed && failed.error == "no luck" && failed.finishedAt != nil)
        #expect(try await jobs.take(worker: "eager") == nil)
    }

    @Test("a job that takes its worker down each time is given up after the last attempt")
    func poison() async throws {
        let id = try await jobs.enqueue(.scan, tenant: tenant)
        for _ in 1...JobStore.maximumAttempts { try await expire(try await take()) }
        #expect(try await jobs.take(worker: "wary") == nil)
        let failed = try await jobs.find(id, tenant: tenant)
        #expect(failed.state == .failed)
        #expect(failed.error?.contains("vanished") == true)
    }

    @Test("a worker that stops puts its job back, and the attempt does not count")
    func released() async throws {
        _ = try await jobs.enqueue(.scan, tenant: tenant)
        try await jobs.release(try await take())
        #expect(try await take().attempts == 1)
    }

    @Test("work that is queued wakes whoever listens")
    func wakes() async throws {
        let notifications = database.store.system.listen("garrison_jobs")
        var heard = 0
        for await notification in notifications {
            if notification == .subscribed { _ = try await jobs.enqueue(.scan, tenant: tenant) } else { heard += 1 }
            if heard == 1 { break }
        }
        #expect(heard == 1)
    }
}
