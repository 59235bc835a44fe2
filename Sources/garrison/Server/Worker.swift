import Domain
import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle
import Store

/// Does queued jobs, one at a time; several workers, in this process or others, share the queue.
struct Worker: Service {
    let store: Store
    let indexes: IndexProvider
    let logger: Logger
    let name: String

    /// Looks for work this often even when no notification comes.
    static let pollInterval = Duration.seconds(5)
    /// Tells this often that it lives.
    static let heartbeat = Duration.seconds(15)
    static let maintenanceInterval = Duration.seconds(3600)
    /// Exceptions end within this time of their last moment, and scores follow findings whatever happens.
    static let clockInterval = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await Wakeups.serve(
                store.system.listen("garrison_jobs"), every: Self.pollInterval,
                beside: [maintain, endExceptions, settle]
            ) { wakeups, _ in
                for await _ in wakeups {
                    await drain()
                    if Task.isCancelled { break }
                }
            }
        }
    }

    private func drain() async {
        while !Task.isCancelled {
            do {
                guard let job = try await store.jobs.take(worker: name) else { return }
                await perform(job)
            } catch {
                logger.warning("cannot look for work: \(error)")
                return
            }
        }
    }

    private func perform(_ job: JobStore.Job) async {
        do {
            let result = try await keepingLease(of: job) { try await self.result(of: job) }
            try await store.jobs.finish(job, result: result)
            logger.info("job done", metadata: ["kind": "\(job.kind)", "task": "\(job.id)"])
        } catch {
            if Task.isCancelled { return await putBack(job) }
            let message = (error as? any UserFacingError)?.message ?? "\(error)"
            logger.error("job failed: \(message)", metadata: ["kind": "\(job.kind)", "task": "\(job.id)"])
            try? await store.jobs.fail(job, message: message)
        }
    }

    /// A worker that stops hands its job on at once. In a task of its own: this one is cancelled.
    private func putBack(_ job: JobStore.Job) async {
        await Task { try? await store.jobs.release(job) }.value
    }

    /// Runs the work and says all the while that it is being done; ends it when another worker has it.
    private func keepingLease(
        of job: JobStore.Job, _ work: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await work() }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    try await store.jobs.keep(job)
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func maintain() async {
        while !Task.isCancelled {
            do {
                try await store.maintenance.run()
            } catch {
                if !Task.isCancelled { logger.warning("maintenance failed: \(error)") }
            }
            try? await Task.sleep(for: Self.maintenanceInterval)
        }
    }

    private func endExceptions() async {
        while !Task.isCancelled {
            do {
                let ended = try await store.exceptions.expire()
                if ended > 0 { logger.info("exceptions have ended", metadata: ["count": "\(ended)"]) }
            } catch {
                if !Task.isCancelled { logger.warning("cannot end exceptions: \(error)") }
            }
            try? await Task.sleep(for: Self.clockInterval)
        }
    }

    /// Scores of endpoints that a process left behind when it died.
    private func settle() async {
        while !Task.isCancelled {
            do {
                for tenant in try await store.tenants.list() { try await store.scans.settle(tenant: tenant.id) }
            } catch {
                if !Task.isCancelled { logger.warning("cannot bring scores into line with findings: \(error)") }
            }
            try? await Task.sleep(for: Self.clockInterval)
        }
    }

    private func result(of job: JobStore.Job) async throws -> [UInt8] {
        switch JobStore.Kind(rawValue: job.kind) {
        case .scan: return try await scan(job)
        case .follow: return try await follow(job)
        case .reassess: return try await reassess(job)
        case nil:
            throw CommandError.problem(
                "this program does not know jobs of kind “\(job.kind)”; is it older than the one that queued it?")
        }
    }

    private func reassess(_ job: JobStore.Job) async throws -> [UInt8] {
        let changed = try await store.policies.reassess(tenant: job.tenant) { done, total in
            try await store.jobs.report(job, progress: done, total: total)
        }
        return Array(try JSONEncoder().encode(["changed": changed]))
    }

    private struct ScanPayload: Decodable {
        let endpoints: [EndpointID]?
    }

    private func scan(_ job: JobStore.Job) async throws -> [UInt8] {
        let payload = try JSONDecoder().decode(ScanPayload.self, from: Data(job.payload))
        return Array(try JSONEncoder().encode(try await scan(job, payload.endpoints)))
    }

    /// Findings first; the endpoints' scores follow them.
    private func follow(_ job: JobStore.Job) async throws -> [UInt8] {
        let following = try await store.scans.follow(tenant: job.tenant, products: await indexes.loaded)
        let outcome: ScanStore.Outcome
        switch following {
        case .followed(let changed, _): outcome = changed
        case .wholeScan(let reason):
            logger.info(
                "a whole scan instead of following the intelligence: \(reason.sentence)",
                metadata: ["reason": "\(reason.rawValue)", "task": "\(job.id)"])
            outcome = try await scan(job, nil)
        }
        try await store.scans.settle(tenant: job.tenant)
        return Array(try JSONEncoder().encode(outcome))
    }

    /// Where newer intelligence comes in between, again with that.
    private func scan(_ job: JobStore.Job, _ endpoints: [EndpointID]?) async throws -> ScanStore.Outcome {
        while true {
            do {
                return try await store.scans.scan(
                    tenant: job.tenant, endpoints: endpoints, with: try await indexes.current()
                ) { done, total in
                    try await store.jobs.report(job, progress: done, total: total)
                }
            } catch StoreError.outdatedIntelligence {
                try Task.checkCancellation()
            }
        }
    }
}
