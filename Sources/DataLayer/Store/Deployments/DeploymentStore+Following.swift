import Domain
import FoundationEssentials
import Postgres

extension DeploymentStore {
    /// Looks without a notification this often.
    private static let pollInterval = Duration.seconds(5)
    /// What changes often is told no more often.
    private static let pace = Duration.milliseconds(250)

    /// A deployment's status now and after each change, until it is over and nothing of it is under way.
    public func follow(_ id: DeploymentID, tenant: TenantID) -> AsyncThrowingStream<Status, any Error> {
        let (wakeups, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return AsyncThrowingStream { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await wake(signal, about: id) }
                    group.addTask {
                        while !Task.isCancelled {
                            signal.yield()
                            try? await Task.sleep(for: Self.pollInterval)
                        }
                        signal.finish()
                    }
                    await send(id, tenant, wakeups, to: continuation)
                    group.cancelAll()
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func wake(_ signal: AsyncStream<Void>.Continuation, about id: DeploymentID) async {
        let name = id.description
        for await notification in store.system.listen(Self.channel) {
            if case .message(let text) = notification, text != name { continue }
            signal.yield()
        }
    }

    private func send(
        _ id: DeploymentID, _ tenant: TenantID, _ wakeups: AsyncStream<Void>,
        to continuation: AsyncThrowingStream<Status, any Error>.Continuation
    ) async {
        var last: (Date, DeploymentCounts, GateReading?)?
        do {
            for await _ in wakeups {
                let status = try await status(id, tenant: tenant)
                let now = (status.deployment.changedAt, status.counts, status.deployment.gate)
                if let last, last == now { continue }
                last = now
                continuation.yield(status)
                if status.deployment.status.isFinal { break }
                try await Task.sleep(for: Self.pace)
            }
            continuation.finish()
        } catch {
            continuation.finish(throwing: error)
        }
    }
}
