import Testing

/// Gives each test of a suite a migrated database of its own, `TestDatabase.current`, on a private
/// PostgreSQL that is there from the first such suite's begin to the last one's end.
package struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? self : nil
    }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        if testCase == nil {
            try await TestServer.shared.whileRunning { _ in try await function() }
        } else {
            try await TestDatabase.provide(function)
        }
    }
}

extension Trait where Self == DatabaseTrait {
    /// A database for each test: `@Suite("…", .database)`, then `TestDatabase.current` in the tests.
    package static var database: Self { DatabaseTrait() }
}
