import Dispatch
import Domain
import Intelligence
import Synchronization

/// A feed read on a thread of its own and handed over in batches: importers are synchronous and
/// may wait for a disk, which no cooperative thread must. At most `window` batches wait.
struct RecordBatches: AsyncSequence, Sendable {
    typealias Element = [IntelligenceRecord]

    let path: String
    let source: IntelligenceSource?
    /// Set when the feed has been read to its end.
    let summary = SummaryBox()

    private static let batchSize = 4000
    private static let window = 2

    final class SummaryBox: Sendable {
        private let box = Mutex<FeedSummary?>(nil)
        var value: FeedSummary? { box.withLock { $0 } }
        func set(_ summary: FeedSummary) { box.withLock { $0 = summary } }
    }

    func makeAsyncIterator() -> Iterator {
        let slots = DispatchSemaphore(value: Self.window)
        let stop = Stop(slots: slots)
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: Element.self)
        let (path, source, summary) = (path, source, summary)
        DispatchQueue(label: "garrison.feed").async {
            do {
                var batch: Element = []
                batch.reserveCapacity(Self.batchSize)
                func send() throws {
                    slots.wait()
                    if stop.isStopped { throw CancellationError() }
                    continuation.yield(batch)
                    batch.removeAll(keepingCapacity: true)
                }
                let result = try FeedReader.read(path: path, source: source) { record in
                    batch.append(record)
                    if batch.count == Self.batchSize { try send() }
                }
                if !batch.isEmpty { try send() }
                summary.set(result)
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        return Iterator(base: stream.makeAsyncIterator(), stop: stop)
    }

    /// Ends the reading thread when nobody iterates any more.
    final class Stop: Sendable {
        private let flag = Mutex(false)
        let slots: DispatchSemaphore

        init(slots: DispatchSemaphore) { self.slots = slots }

        var isStopped: Bool { flag.withLock { $0 } }

        func stop() {
            flag.withLock { $0 = true }
            slots.signal()
        }
    }

    final class Iterator: AsyncIteratorProtocol {
        private var base: AsyncThrowingStream<Element, any Error>.Iterator
        private let stop: Stop

        init(base: AsyncThrowingStream<Element, any Error>.Iterator, stop: Stop) {
            self.base = base
            self.stop = stop
        }

        deinit { stop.stop() }

        func next() async throws -> Element? {
            let batch = try await base.next()
            if batch != nil { stop.slots.signal() }
            return batch
        }
    }
}
