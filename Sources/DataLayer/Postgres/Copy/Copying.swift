import Domain

extension Connection {
    /// `COPY … FROM STDIN`: `rows` writes the data into the sink, waiting when the server is slower.
    /// Gives the number of rows. When `rows` throws or the task is cancelled, nothing is copied.
    @discardableResult
    public nonisolated(nonsending) func copyIn(
        _ sql: String, rows: nonisolated(nonsending) (CopySink) async throws -> Void
    ) async throws -> Int {
        let task = start(sql, .into)
        return try await withTaskCancellationHandler {
            do {
                let sink = CopySink(task)
                try await rows(sink)
                try await sink.finish()
            } catch {
                cancel(task)
                // The server's reason is worth more than the sink's complaint that the COPY is over.
                let outcome = await Self.outcome(of: task)
                if let failure = outcome.failure, failure.kind != .cancelled { throw failure }
                throw error
            }
            return try await task.result()
        } onCancel: {
            cancel(task)
        }
    }

    /// `COPY … TO STDOUT`: gives the data to `onChunk`, some 64 KiB at a time, never a row in two
    /// pieces. Gives the number of rows. When `onChunk` throws, the rest is not read.
    @discardableResult
    public nonisolated(nonsending) func copyOut(
        _ sql: String, onChunk: nonisolated(nonsending) ([UInt8]) async throws -> Void
    ) async throws -> Int {
        let task = start(sql, .out)
        return try await withTaskCancellationHandler {
            do {
                while let chunk = try await task.next() { try await onChunk(chunk) }
            } catch {
                cancel(task)
                _ = await Self.outcome(of: task)
                throw error
            }
            return try await task.result()
        } onCancel: {
            cancel(task)
        }
    }

    private func start(_ sql: String, _ direction: CopyTask.Direction) -> CopyTask {
        let mailbox = mailbox
        let id = id
        let task = CopyTask(sql, direction) { _ = mailbox.post(.resumeCopy(id)) }
        if !mailbox.post(.copy(id, task)) { task.complete(.failure(PostgresError(.closed))) }
        return task
    }

    private func cancel(_ task: CopyTask) {
        task.abort()
        _ = mailbox.post(.cancelCopy(id, task))
    }

    private nonisolated(nonsending) static func outcome(of task: CopyTask) async -> Result<Int, PostgresError> {
        do {
            return .success(try await task.result())
        } catch {
            return .failure(error)
        }
    }
}

extension Database {
    /// `copyIn` in a transaction of its own.
    @discardableResult
    public nonisolated(nonsending) func copyIn(
        _ sql: String, tenant: TenantID? = nil, rows: nonisolated(nonsending) (CopySink) async throws -> Void
    ) async throws -> Int {
        try await transaction(tenant: tenant) { try await $0.copyIn(sql, rows: rows) }
    }

    /// `copyOut` in a transaction of its own.
    @discardableResult
    public nonisolated(nonsending) func copyOut(
        _ sql: String, tenant: TenantID? = nil, onChunk: nonisolated(nonsending) ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await transaction(tenant: tenant) { try await $0.copyOut(sql, onChunk: onChunk) }
    }
}
