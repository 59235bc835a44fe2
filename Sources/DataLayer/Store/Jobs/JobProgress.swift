import Domain
import Postgres

extension JobStore {
    static let progressChannel = "garrison_jobs_progress"
    /// Looks at the job this often even when nobody tells of a change.
    private static let pollInterval = Duration.seconds(5)

    /// The job as it is, and again after each change, up to and including its end.
    /// - Throws: `StoreError.notFound` when it is not there, or not any more.
    public func follow(_ id: TaskID, tenant: TenantID) -> AsyncThrowingStream<Job, any Error> {
        let (wakeups, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return AsyncThrowingStream { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await wake(signal, about: id) }
                    group.addTask { await poll(signal) }
                    await send(id, tenant, wakeups, to: continuation)
                    group.cancelAll()
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func wake(_ signal: AsyncStream<Void>.Continuation, about id: TaskID) async {
        let name = id.description
        for await notification in store.system.listen(Self.progressChannel) {
            if case .message(let text) = notification, text != name { continue }
            signal.yield()
        }
    }

    private func poll(_ signal: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            signal.yield()
            try? await Task.sleep(for: Self.pollInterval)
        }
        signal.finish()
    }

    private func send(
        _ id: TaskID, _ tenant: TenantID, _ wakeups: AsyncStream<Void>,
        to continuation: AsyncThrowingStream<Job, any Error>.Continuation
    ) async {
        var last: (state: State, progress: Int, total: Int, attempts: Int)?
        do {
            for await _ in wakeups {
                let job = try await find(id, tenant: tenant)
                let now = (job.state, job.progress, job.total, job.attempts)
                if let last, last == now { continue }
                last = now
                continuation.yield(job)
                if job.state == .done || job.state == .failed { break }
            }
            continuation.finish()
        } catch {
            continuation.finish(throwing: error)
        }
    }
}
