import Domain
import Postgres

extension ConnectorStore {
    /// A program and another may write one stream at a time; the second reads again where it stands.
    private static let attempts = 8

    /// Writes reports that a program sent by itself, in the way in which pages of a vendor are written.
    ///
    /// - Parameters:
    ///   - next: made of the reports and the checkpoint behind them.
    ///   - snapshot: the number of the open snapshot that they are part of; nil for changes.
    /// - Throws: `StoreError.conflict` when that snapshot is not open.
    public func push(
        _ reports: ConnectorReports, removed: [String] = [], quarantined: [QuarantinedRecord] = [],
        snapshot: Int? = nil, of stream: ConnectorStream, _ id: ConnectorID, tenant: TenantID
    ) async throws {
        try await advance(stream, id, tenant) { stored in
            if let snapshot { try Self.require(snapshot, in: stored) }
            return ConnectorBatch(reports, quarantined: quarantined, removed: removed, next: stored.pushed)
        }
    }

    /// Begins a snapshot: everything that the program knows. One that is open is given up.
    ///
    /// - Returns: its number.
    public func openSnapshot(of stream: ConnectorStream, _ id: ConnectorID, tenant: TenantID) async throws -> Int {
        try await advance(stream, id, tenant) { ConnectorBatch(.none(of: stream), next: $0.opened) }.run
    }

    /// What a snapshot came to.
    public struct SnapshotOutcome: Sendable {
        public let records: Int
        public let removed: Int
    }

    /// Ends a snapshot: what was not in it is removed.
    ///
    /// - Parameter expected: how many records the program knows; nil to believe what came.
    /// - Throws: `StoreError.conflict` when it is not open, or holds another number; nothing is removed then.
    public func closeSnapshot(
        _ snapshot: Int, expecting expected: Int?, of stream: ConnectorStream, _ id: ConnectorID, tenant: TenantID
    ) async throws -> SnapshotOutcome {
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE run = $4), count(*) FILTER (WHERE run < $4)
            FROM connector_records
            WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3
            """, [.id(tenant), .id(id), .text(stream.rawValue), .int(snapshot)], tenant: tenant)
        let (records, removed): (Int, Int) = (try rows[0].decode(0), try rows[0].decode(1))
        try await advance(stream, id, tenant) { stored in
            try Self.require(snapshot, in: stored)
            if let expected, expected != records {
                throw StoreError.conflict(
                    kind: "snapshot",
                    reason: "The snapshot \(snapshot) holds \(records) records and not \(expected). Nothing is "
                        + "removed; send what is missing and complete it again.")
            }
            return ConnectorBatch(.none(of: stream), next: stored.closed(records: records))
        }
        try await finish(id, problem: nil, tenant: tenant)
        return SnapshotOutcome(records: records, removed: removed)
    }

    @discardableResult
    private func advance(
        _ stream: ConnectorStream, _ id: ConnectorID, _ tenant: TenantID,
        _ batch: (StreamCheckpoint) throws -> ConnectorBatch
    ) async throws -> StreamCheckpoint {
        var attempt = 1
        while true {
            let stored = try await checkpoint(of: stream, id, tenant: tenant)
            let batch = try batch(stored)
            do {
                try await write(batch, of: stream, after: stored, id, tenant: tenant)
                return batch.next
            } catch let error as StoreError {
                guard case .conflict = error, attempt < Self.attempts else { throw error }
                attempt += 1
            }
        }
    }

    private static func require(_ snapshot: Int, in stored: StreamCheckpoint) throws(StoreError) {
        guard stored.run == snapshot, !stored.isComplete else {
            throw .conflict(
                kind: "snapshot",
                reason: "The snapshot \(snapshot) is not open: it was completed, or another was begun since. "
                    + "Begin again.")
        }
    }
}

extension ConnectorReports {
    /// Nothing of a kind.
    public static func none(of stream: ConnectorStream) -> ConnectorReports {
        switch stream {
        case .devices: .devices([])
        case .software: .software([])
        case .vulnerabilities: .vulnerabilities([])
        case .alerts: .alerts([])
        case .compliance: .compliance([])
        }
    }
}
