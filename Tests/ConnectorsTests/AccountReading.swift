import Connectors
import Domain
import Simulators

/// Reads all streams of an account to their end, as syncs would: killed between pages, and going on after failures.
struct AccountReading {
    var random: SplitMix
    /// Of batches after which the reader is killed before it stores them.
    var kills = 0.0
    /// Of pages between which the account changes.
    var changes = 0.0
    /// Lets something happen in the account.
    var live: (_ seed: UInt64) -> Void = { _ in }

    mutating func sync(
        _ connector: any Connector, _ mirror: inout Mirror, _ extent: StreamCheckpoint.Extent
    ) async throws {
        for stream in connector.streams {
            var attempts = 0
            var checkpoint = mirror.checkpoint(stream).next(extent, overlap: connector.overlap)
            while !checkpoint.isComplete {
                do {
                    let batch = try await connector.batch(of: stream, at: checkpoint)
                    let isKilled = Double.random(in: 0..<1, using: &random) < kills
                    if isKilled { continue }
                    mirror.store(batch, of: stream)
                    checkpoint = batch.next
                    if Double.random(in: 0..<1, using: &random) < changes { live(random.next()) }
                } catch let error as ConnectorError {
                    attempts += 1
                    guard attempts < 200 else { throw error }
                }
            }
        }
    }
}
