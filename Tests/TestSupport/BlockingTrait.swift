import Foundation
import Testing

/// Gives each test of a suite threads of its own, to a few tests at a time.
///
/// Swift's cooperative pool has as many threads as the machine has cores. A test that waits on one of them for a
/// program's end, or for a socket, holds up all the others; two on two cores stop the whole run, the server that
/// one of them waits for included.
package struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    private static let entrance = Turnstile(places: 4)

    package var isRecursive: Bool { true }

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.entrance.enter()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await withTaskExecutorPreference(ThreadPerJob.shared) { try await function() })
        } catch {
            outcome = .failure(error)
        }
        await Self.entrance.leave()
        try outcome.get()
    }
}

extension Trait where Self == BlockingTrait {
    /// Its tests may block the thread they run on. After `.database`, where both are given: all take their places
    /// in one order.
    package static var blocking: Self { BlockingTrait() }
}

private final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
