import Connectors
import Domain
import Store

/// Reads one account into the store, stream by stream, while it holds the account's turn.
struct ConnectorSync {
    let store: Store
    let turn: SyncTurn
    let connector: any Connector
    /// Reads everything, whether it is due or not.
    var isFull = false
    /// A sync that takes longer makes room for others behind the page that it is at, and is gone on with later.
    var slice: Duration?

    /// What became of a stream.
    struct Outcome {
        let stream: ConnectorStream
        var result = ConnectorStore.StreamResult()
        /// For how many seconds the vendor wants to be left alone.
        var asked: Double?

        var problem: String? { result.problem }
    }

    /// Reads all streams. One that is refused holds up no other; refused credentials and a host that cannot be reached
    /// end the sync.
    func run() async throws -> [Outcome] {
        let deadline = slice.map { ContinuousClock.now + $0 }
        var outcomes: [Outcome] = []
        for stream in connector.streams {
            let (outcome, goesOn) = try await read(stream, until: deadline)
            outcomes.append(outcome)
            if !goesOn { break }
        }
        try await store.connectors.finish(turn, end(outcomes))
        return outcomes
    }

    private func end(_ outcomes: [Outcome]) -> SyncEnd {
        let problems = outcomes.compactMap(\.problem)
        if !problems.isEmpty {
            return .stopped(problems.joined(separator: " "), asked: outcomes.compactMap(\.asked).max())
        }
        return outcomes.allSatisfy(\.result.isComplete) && outcomes.count == connector.streams.count
            ? .complete : .unfinished
    }

    private func read(
        _ stream: ConnectorStream, until deadline: ContinuousClock.Instant?
    ) async throws -> (Outcome, goesOn: Bool) {
        var outcome = Outcome(stream: stream)
        var goesOn = true
        do {
            goesOn = try await pages(of: stream, until: deadline, &outcome.result)
        } catch let error as ConnectorError {
            outcome.result.problem = error.message
            switch error {
            case .credentials, .unreachable: goesOn = false
            case .throttled(_, let seconds): outcome.asked = Double(seconds)
            default: break
            }
        }
        try await store.connectors.end(stream, turn.id, outcome.result, tenant: turn.tenant)
        return (outcome, goesOn)
    }

    /// - Returns: whether there is time for another stream.
    private func pages(
        of stream: ConnectorStream, until deadline: ContinuousClock.Instant?,
        _ result: inout ConnectorStore.StreamResult
    ) async throws -> Bool {
        let (id, tenant) = (turn.id, turn.tenant)
        var stored = try await store.connectors.checkpoint(of: stream, id, tenant: tenant)
        let isDue = try await store.connectors.isFullDue(stream, id, tenant: tenant)
        let extent: StreamCheckpoint.Extent = isFull || isDue ? .full : .changes
        let first = stored.next(extent, overlap: connector.overlap)
        try await store.connectors.begin(
            stream, id, isFull: first.extent == .full, isResumed: first == stored, tenant: tenant)
        var isBroken = false
        let firstRun = stored == .none && stream == .devices ? FirstRun(of: id, tenant: tenant) : nil
        try await connector.run(stream, after: stored, extent).readingAhead {
            try PreparedBatch($0, of: firstRun)
        } _: { page in
            try await store.connectors.write(page, of: stream, after: stored, id, tenant: tenant)
            let batch = page.batch
            stored = batch.next
            result.records += batch.reports.count
            result.quarantined += batch.quarantined.count
            isBroken = deadline.map { ContinuousClock.now >= $0 && !batch.next.isComplete } ?? false
            return !isBroken
        }
        if isBroken { return false }
        result.isComplete = true
        return deadline.map { ContinuousClock.now < $0 } ?? true
    }
}

extension SyncTurn {
    /// Runs `work` and says all the while that the account is being read; ends it when another reader has it. What the
    /// work throws is noted with the account, which is then left alone for a while.
    func held<Value: Sendable>(
        in store: Store, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    while true {
                        try await Task.sleep(for: Worker.heartbeat)
                        try await store.connectors.keep(self)
                    }
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw CancellationError() }
                return value
            }
        } catch {
            let isCancelled = Task.isCancelled
            // In a task of its own: this one may be cancelled.
            await Task { await giveUp(in: store, isCancelled ? nil : error) }.value
            throw error
        }
    }

    /// Without an error the account stays due. What cannot be noted is taken over by another reader after the lease.
    private func giveUp(in store: Store, _ error: (any Error)?) async {
        guard let error else {
            try? await store.connectors.release(self)
            return
        }
        let message = (error as? any UserFacingError)?.message ?? "The sync failed: \(error)"
        try? await store.connectors.finish(self, .stopped(message, asked: nil))
    }
}
