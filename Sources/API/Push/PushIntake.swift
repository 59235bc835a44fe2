import Connectors
import Domain
import FoundationEssentials
import NIOCore
import Store

/// Takes a stream of records into an account, some at a time: memory does not grow with what is sent.
struct PushIntake {
    let store: Store
    let account: ConnectorID
    let stream: ConnectorStream
    let snapshot: Int?
    let tenant: TenantID

    /// Records that are written together.
    private static let batch = 1_000
    /// Bytes of them, too.
    private static let batchBytes = 4 << 20

    /// What became of all of it.
    struct Outcome: Sendable {
        var accepted = 0
        var removed = 0
        var quarantined = 0
        var problems: [Problem] = []

        /// A record that was quarantined; the first of them are told to who sent it.
        struct Problem: Sendable {
            let line: Int
            let sourceID: String?
            let field: String
            let reason: String
        }

        static let problemsTold = 100
    }

    func take(_ body: LimitedBody) async throws -> Outcome {
        var lines = LineCutter()
        var outcome = Outcome()
        var records = PushedRecords(stream)
        var bytes = 0
        for try await chunk in body {
            lines.append(chunk.readableBytesView)
            while let line = lines.next() {
                bytes += line.bytes.count
                read(line, into: &records, &outcome)
                if records.count >= Self.batch || bytes >= Self.batchBytes {
                    try await write(&records)
                    bytes = 0
                }
            }
        }
        if let line = lines.rest() { read(line, into: &records, &outcome) }
        try await write(&records)
        return outcome
    }

    private func read(_ line: LineCutter.Line, into records: inout PushedRecords, _ outcome: inout Outcome) {
        if line.isBlank { return }
        let result =
            line.isCut
            ? records.quarantine(
                line.bytes, reason: "is longer than the \(LineCutter.longest) bytes that a record may have")
            : records.read(line.bytes)
        switch result {
        case .taken: outcome.accepted += 1
        case .removed: outcome.removed += 1
        case .quarantined(let record):
            outcome.quarantined += 1
            if outcome.problems.count < Outcome.problemsTold {
                outcome.problems.append(
                    Outcome.Problem(
                        line: line.number, sourceID: record.sourceID, field: record.field, reason: record.reason))
            }
        }
    }

    private func write(_ records: inout PushedRecords) async throws {
        guard records.count > 0 else { return }
        try await store.connectors.push(
            records.reports, removed: records.removed, quarantined: records.quarantined, snapshot: snapshot, of: stream,
            account, tenant: tenant)
        records = PushedRecords(stream)
    }
}
