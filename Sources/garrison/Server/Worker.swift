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

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                let (wakeups, continuation) = AsyncStream.makeStream(
                    of: Void.self, bufferingPolicy: .bufferingNewest(1))
                group.addTask {
                    for await _ in store.system.listen("garrison_jobs") { continuation.yield() }
                }
                group.addTask {
                    while !Task.isCancelled {
                        continuation.yield()
                        try? await Task.sleep(for: Self.pollInterval)
                    }
                    continuation.finish()
                }
                for await _ in wakeups {
                    await drain()
                    if Task.isCancelled { break }
                }
                group.cancelAll()
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
            let result = try await result(of: job)
            try await store.jobs.finish(job, result: result)
            logger.info("job done", metadata: ["kind": "\(job.kind)", "task": "\(job.id)"])
        } catch {
            let message = (error as? any UserFacingError)?.message ?? "\(error)"
            logger.error("job failed: \(message)", metadata: ["kind": "\(job.kind)", "task": "\(job.id)"])
            try? await store.jobs.fail(job, message: message)
        }
    }

    private func result(of job: JobStore.Job) async throws -> [UInt8] {
        switch JobStore.Kind(rawValue: job.kind) {
        case .scan: return try await scan(job)
        case nil:
            throw CommandError.problem(
                "this program does not know jobs of kind “\(job.kind)”; is it older than the one that queued it?")
        }
    }

    private struct ScanPayload: Decodable {
        let endpoints: [EndpointID]?
    }

    private func scan(_ job: JobStore.Job) async throws -> [UInt8] {
        let payload = try JSONDecoder().decode(ScanPayload.self, from: Data(job.payload))
        let outcome = try await store.scans.scan(
            tenant: job.tenant, endpoints: payload.endpoints, index: try await indexes.current()
        ) { done, total in
            try await store.jobs.report(job, progress: done, total: total)
        }
        return Array(try JSONEncoder().encode(outcome))
    }
}
