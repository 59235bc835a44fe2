import Dispatch
import Domain
import Intelligence
import Synchronization

/// A feed read on a thread of its own and handed over in batches: importers are synchronous and
/// may wait for a disk, which no cooperative thread must. At most `window` batches wait.
package struct RecordBatches: AsyncSequence, Sendable {
    package typealias Element = [IntelligenceRecord]

    let path: String
    let source: IntelligenceSource?
    /// Set when the feed has been read to its end.
    package let report = ReportBox()

    package init(path: String, source: IntelligenceSource?) {
        self.path = path
        self.source = source
    }

    private static let batchSize = 4000
    private static let window = 2

    package final class ReportBox: Sendable {
        private let box = Mutex<FeedReport?>(nil)
        package var value: FeedReport? { box.withLock { $0 } }
        func set(_ report: FeedReport) { box.withLock { $0 = report } }
    }

    package func makeAsyncIterator() -> Iterator {
        let stop = Stop(window: Self.window)
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: Element.self)
        let (path, source, report) = (path, source, report)
        DispatchQueue(label: "garrison.feed").async {
            let sender = Sender(size: Self.batchSize, stop: stop, continuation: continuation)
            do {
                report.set(try FeedReader.read(path: path, source: source, emit: sender.add))
                try sender.flush()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        return Iterator(base: stream.makeAsyncIterator(), stop: stop)
    }

    /// Collects records and hands them over, on the reading thread.
    private final class Sender {
        private let size: Int
        private let stop: Stop
        private let continuation: AsyncThrowingStream<Element, any Error>.Continuation
        private var batch: Element = []

        init(size: Int, stop: Stop, continuation: AsyncThrowingStream<Element, any Error>.Continuation) {
            self.size = size
            self.stop = stop
            self.continuation = continuation
        }

        func add(_ record: IntelligenceRecord) throws {
            batch.append(record)
            if batch.count == size { try flush() }
        }

        func flush() throws {
            guard !batch.isEmpty else { return }
            stop.slots.wait()
            if stop.isStopped { throw CancellationError() }
            continuation.yield(batch)
            batch = []
        }
    }

    /// Ends the reading thread when nobody iterates any more.
    final class Stop: Sendable {
        private let flag = Mutex(false)
        let slots = DispatchSemaphore(value: 0)

        /// Dispatch ends the process when a semaphore goes with fewer places free than it was made with, as one
        /// does whose batches nobody took: so it is made with none.
        init(window: Int) {
            for _ in 0..<window { slots.signal() }
        }

        var isStopped: Bool { flag.withLock { $0 } }

        func stop() {
            flag.withLock { $0 = true }
            slots.signal()
        }
    }

    package final class Iterator: AsyncIteratorProtocol {
        private var base: AsyncThrowingStream<Element, any Error>.Iterator
        private let stop: Stop

        init(base: AsyncThrowingStream<Element, any Error>.Iterator, stop: Stop) {
            self.base = base
            self.stop = stop
        }

        deinit { stop.stop() }

        package func next() async throws -> Element? {
            let batch = try await base.next()
            if batch != nil { stop.slots.signal() }
            return batch
        }
    }
}
