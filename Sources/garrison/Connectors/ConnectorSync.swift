import Connectors
import Domain
import Store

/// Reads one account into the store, stream by stream.
struct ConnectorSync {
    let store: Store
    let tenant: TenantID
    let account: ConnectorAccount
    let connector: any Connector

    /// What became of a stream.
    struct Outcome {
        let stream: ConnectorStream
        var records = 0
        var quarantined = 0
        /// Why it stopped; what was read until then stays, and the next sync goes on from there.
        var problem: String?
    }

    /// Reads all streams. One that is refused holds up no other; refused credentials and a host that cannot be
    /// reached end the sync.
    func run(_ extent: StreamCheckpoint.Extent, progress: (Outcome) -> Void) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for stream in connector.streams {
            var outcome = Outcome(stream: stream)
            var isHopeless = false
            do {
                try await read(stream, extent, &outcome, progress)
            } catch let error as ConnectorError {
                outcome.problem = error.message
                switch error {
                case .credentials, .unreachable: isHopeless = true
                default: break
                }
            }
            outcomes.append(outcome)
            if isHopeless { break }
        }
        let problems = outcomes.compactMap(\.problem)
        try await store.connectors.finish(
            account.id, problem: problems.isEmpty ? nil : problems.joined(separator: " "), tenant: tenant)
        return outcomes
    }

    private func read(
        _ stream: ConnectorStream, _ extent: StreamCheckpoint.Extent, _ outcome: inout Outcome,
        _ progress: (Outcome) -> Void
    ) async throws {
        var stored = try await store.connectors.checkpoint(of: stream, account.id, tenant: tenant)
        for try await batch in connector.run(stream, after: stored, extent) {
            try await store.connectors.write(batch, of: stream, after: stored, account.id, tenant: tenant)
            stored = batch.next
            outcome.records += batch.reports.count
            outcome.quarantined += batch.quarantined.count
            progress(outcome)
        }
    }
}
