/// One vendor's interface, as a port: what devices it knows, what it says of them, and what it can do to them.
///
/// Reading is pulled. Given a checkpoint, a connector gives the next page and the checkpoint behind it, and keeps
/// nothing in between: who is slow to store is not overrun, and who stored the checkpoint can go on in another process.
public protocol Connector: Sendable {
    /// What this vendor has, in the order to read it: devices before what refers to them.
    var streams: [ConnectorStream] { get }

    /// How long before the newest known change to begin reading changes, in seconds.
    var overlap: Double { get }

    /// The page behind a checkpoint that is not complete.
    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch

    /// Tries what the credentials are allowed to, without changing anything.
    func check() async throws -> [AccessCheck]

    /// Sends an action, at most once.
    ///
    /// - Throws: only when it is certain that the vendor did not take it. What is uncertain is a receipt whose state
    ///   is `unknown`.
    func perform(_ request: ActionRequest) async throws -> ActionReceipt

    /// How an action stands now.
    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState
}

extension Connector {
    /// The pages of one run of a stream. The next one is asked for when the one before is dealt with.
    public func run(
        _ stream: ConnectorStream, after checkpoint: StreamCheckpoint, _ extent: StreamCheckpoint.Extent
    ) -> ConnectorRun {
        ConnectorRun(connector: self, stream: stream, checkpoint: checkpoint.next(extent, overlap: overlap))
    }
}

/// The batches of a stream from a checkpoint to the end of its run.
public struct ConnectorRun: AsyncSequence, Sendable {
    public typealias Element = ConnectorBatch

    let connector: any Connector
    let stream: ConnectorStream
    let checkpoint: StreamCheckpoint

    public func makeAsyncIterator() -> Iterator { Iterator(run: self, checkpoint: checkpoint) }

    public struct Iterator: AsyncIteratorProtocol {
        let run: ConnectorRun
        var checkpoint: StreamCheckpoint

        public mutating func next() async throws -> ConnectorBatch? {
            guard !checkpoint.isComplete else { return nil }
            try Task.checkCancellation()
            let batch = try await run.connector.batch(of: run.stream, at: checkpoint)
            checkpoint = batch.next
            return batch
        }
    }

    /// Deals with each batch while the next one is read and prepared, one ahead and no more: the vendor and the database
    /// do not wait for each other.
    ///
    /// - Parameters:
    ///   - prepare: what can be done to a batch before the ones in front of it are dealt with.
    ///   - body: returns whether to go on.
    public func readingAhead<Page: Sendable>(
        _ prepare: @escaping @Sendable (ConnectorBatch) throws -> Page, _ body: (Page) async throws -> Bool
    ) async throws {
        var coming = try await next(at: checkpoint, prepare)
        while let (page, behind) = coming {
            try Task.checkCancellation()
            async let ahead = next(at: behind, prepare)
            guard try await body(page) else { return }
            coming = try await ahead
        }
    }

    private func next<Page>(
        at checkpoint: StreamCheckpoint, _ prepare: (ConnectorBatch) throws -> Page
    ) async throws -> (Page, behind: StreamCheckpoint)? {
        if checkpoint.isComplete { return nil }
        let batch = try await connector.batch(of: stream, at: checkpoint)
        return (try prepare(batch), batch.next)
    }
}
