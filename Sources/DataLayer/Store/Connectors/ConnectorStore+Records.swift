import Domain
import FoundationEssentials
import Postgres

extension ConnectorStore {
    /// How far a stream was read.
    public func checkpoint(
        of stream: ConnectorStream, _ id: ConnectorID, tenant: TenantID
    ) async throws -> StreamCheckpoint {
        let rows = try await database.query(
            """
            SELECT checkpoint
            FROM connector_checkpoints
            WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3
            """, [.id(tenant), .id(id), .text(stream.rawValue)], tenant: tenant)
        guard let row = rows.first else { return .none }
        let json: String = try row.decode(0)
        return try JSONDecoder().decode(StreamCheckpoint.self, from: Data(json.utf8))
    }

    /// Writes a page and the checkpoint behind it, both or neither. At the end of a full run, what it did not list is
    /// removed. Devices are joined with the endpoints, and software with what is installed on them, in the same
    /// transaction.
    ///
    /// - Parameter stored: the checkpoint that was read or written last.
    /// - Throws: `StoreError.conflict` when another sync has gone on from there meanwhile.
    public func write(
        _ prepared: PreparedBatch, of stream: ConnectorStream, after stored: StreamCheckpoint, _ id: ConnectorID,
        tenant: TenantID
    ) async throws {
        let page = ConnectorPage(batch: prepared.batch, stream: stream, connector: id, tenant: tenant)
        if page.settlesEndpoints { try await TenantStatistics(store: store).learn(tenant) }
        let isJoined: Bool
        do {
            isJoined = try await write(prepared, page, after: stored, prepared.first)
        } catch let error as PostgresError where error.isUniqueViolation && prepared.first != nil {
            // A person gave an endpoint a name that the run has not written.
            prepared.first?.run.end()
            isJoined = try await write(prepared, page, after: stored, nil)
        }
        if let first = prepared.first { first.run.add(prepared.rows, first.devices) }
        if isJoined { store.cache.invalidate(tenant) }
    }

    /// - Parameter first: nil where everything is to be looked up.
    /// - Returns: whether anything of the endpoints changed.
    private func write(
        _ prepared: PreparedBatch, _ page: ConnectorPage, after stored: StreamCheckpoint, _ first: PreparedBatch.First?
    ) async throws -> Bool {
        let (rows, tenant) = (prepared.rows, page.tenant)
        let titles = try await SoftwareTitles(owner: store.owner).ids(of: prepared.batch.reports, rows)
        var beginning = [try page.checkpoint(after: stored), KeyLookups.statement]
        // These are the endpoints', of which there is one writer at a time.
        if [.devices, .software, .vulnerabilities].contains(page.stream) {
            beginning.append(Statement("SELECT lock_endpoints($1)", [.id(tenant)]))
        }
        let begun = beginning.count
        beginning += first.map { [$0.run.isAlone(), page.known($0.run.sought(rows.ids))] } ?? [page.known(rows.ids)]
        return try await database.retriedTransaction(tenant: tenant) { [beginning] connection in
            let lookups = first.map { first in
                DeviceJoin(connection: connection, tenant: tenant, connector: page.connector)
                    .lookups(first.devices, in: first.run)
            }
            // The checkpoint first, because it locks the stream.
            var results = try await connection.run(beginning + (lookups ?? []))
            guard results[0].first != nil else {
                throw StoreError.conflict(
                    kind: "connector", reason: "Another sync of this connector is running. Wait until it has ended.")
            }
            results.removeFirst(begun)
            var prepared = first
            if let first, try results.removeFirst().first?.decode(0) != true {
                first.run.end()
                prepared = nil
                results = try await connection.run([page.known(rows.ids)])
            }
            let news = try rows.news(results.removeFirst())
            if news.new.count < rows.ids.count { prepared = nil }
            let isJoined = try await PageJoin(connection: connection, page: page).join(
                rows, changed: news.written,
                writing: try prepared?.records
                    ?? EncodedStatements(page.records(rows, news, titles: titles) + page.quarantine()),
                prepared.map { ($0.devices, results) })
            try await MicrosoftTables(page: page).write(news.written.map { rows.ids[$0] }, connection)
            return isJoined
        }
    }

    /// Writes a page that was not prepared.
    ///
    /// - Throws: as the other.
    public func write(
        _ batch: ConnectorBatch, of stream: ConnectorStream, after stored: StreamCheckpoint, _ id: ConnectorID,
        tenant: TenantID
    ) async throws {
        try await write(try PreparedBatch(batch), of: stream, after: stored, id, tenant: tenant)
    }

    /// A record as it is known.
    public struct Record: Sendable {
        public let sourceID: String
        public let deviceID: String?
        /// JSON.
        public let report: String
        public let changedAt: Date
    }

    /// What a vendor says, by its ids.
    ///
    /// - Parameter after: the id that the page before ended with.
    public func records(
        _ stream: ConnectorStream, _ id: ConnectorID, after: String = "", limit: Int = 100, tenant: TenantID
    ) async throws -> [Record] {
        try await database.query(
            """
            SELECT source_id, device_id, report, changed_at
            FROM connector_records
            WHERE tenant_id = $1 AND connector_id = $2 AND stream = $3 AND source_id > $4
            ORDER BY source_id
            LIMIT $5
            """, [.id(tenant), .id(id), .text(stream.rawValue), .text(after), .int(limit)], tenant: tenant
        ).map { row in
            Record(
                sourceID: try row.decode(0), deviceID: try row.decode(1), report: try row.decode(2),
                changedAt: try row.decode(3))
        }
    }

    /// Records that could not be understood, the newest first.
    public func quarantine(
        _ id: ConnectorID, limit: Int = 100, tenant: TenantID
    ) async throws -> [QuarantinedRecord] {
        try await database.query(
            """
            SELECT stream, source_id, field, reason, record
            FROM connector_quarantine
            WHERE tenant_id = $1 AND connector_id = $2
            ORDER BY last_seen_at DESC, record_hash
            LIMIT $3
            """, [.id(tenant), .id(id), .int(limit)], tenant: tenant
        ).map { row in
            QuarantinedRecord(
                stream: ConnectorStream(rawValue: try row.decode(0)) ?? .devices, sourceID: try row.decode(1),
                field: try row.decode(2), reason: try row.decode(3), json: try row.decode(4))
        }
    }
}
