import Domain
import Foundation
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
    private let noon = Date(timeIntervalSince1970: 1_767_268_800)

    private func complete(_ extent: StreamCheckpoint.Extent, newest: Date) -> StreamCheckpoint {
        StreamCheckpoint.none.next(extent, overlap: 0).advanced(by: 1, newest: newest, cursor: nil, at: noon)
    }

    @Test("the first run is full, whatever is asked for")
    func firstRun() {
        let first = StreamCheckpoint.none.next(.changes, overlap: 60)
        #expect(first.extent == .full && first.run == 1 && first.since == nil && !first.isComplete)
    }

    @Test("changes are read from before the newest known one, and from no later than the last run began")
    func changes() {
        let old = complete(.full, newest: noon.addingTimeInterval(-100)).next(.changes, overlap: 10)
        #expect(old.extent == .changes && old.since == noon.addingTimeInterval(-110) && old.run == 1)
        let recent = complete(.full, newest: noon.addingTimeInterval(100)).next(.changes, overlap: 10)
        #expect(recent.since == noon.addingTimeInterval(-10))
    }

    @Test("a run that was broken off goes on; all instead of changes begins anew")
    func goingOn() {
        let half = StreamCheckpoint.none.next(.full, overlap: 0).advanced(by: 5, newest: noon, cursor: "c", at: noon)
        #expect(half.next(.full, overlap: 0) == half)
        #expect(half.next(.changes, overlap: 0) == half)
        let changes = complete(.full, newest: noon).next(.changes, overlap: 0)
            .advanced(by: 5, newest: noon, cursor: "c", at: noon)
        let anew = changes.next(.full, overlap: 0)
        #expect(anew.extent == .full && anew.run == 2 && anew.cursor == nil && anew.records == 0)
    }

    @Test("a lost paging token goes back to the newest change where changes are in order, else to the beginning")
    func restarts() {
        let half = StreamCheckpoint.none.next(.full, overlap: 0).advanced(by: 5, newest: noon, cursor: "c", at: noon)
        let ordered = half.restarted(isOrdered: true)
        #expect(ordered.since == noon && ordered.run == 1 && ordered.cursor == nil && ordered.restarts == 1)
        // What earlier runs have read is no help to this one.
        let second = complete(.full, newest: noon).next(.full, overlap: 0)
            .advanced(by: 1, newest: noon.addingTimeInterval(-500), cursor: "c", at: noon)
        #expect(second.restarted(isOrdered: true).since == noon.addingTimeInterval(-500))
        let unordered = half.restarted(isOrdered: false)
        #expect(unordered.since == nil && unordered.run == 2)
        #expect(ordered.advanced(by: 1, newest: noon, cursor: "d", at: noon).restarts == 1)
        #expect(ordered.advanced(by: 1, newest: noon.addingTimeInterval(1), cursor: "d", at: noon).restarts == 0)
    }

    @Test("a checkpoint is stored as it is")
    func storing() throws {
        let half = StreamCheckpoint.none.next(.full, overlap: 0).advanced(by: 5, newest: noon, cursor: "c", at: noon)
        let bytes = try JSONEncoder().encode(half)
        #expect(try JSONDecoder().decode(StreamCheckpoint.self, from: bytes) == half)
    }
}
