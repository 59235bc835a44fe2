import Crypto
import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// What others say of vulnerabilities in products.
    public var vex: VEXStore { VEXStore(store: self) }
}

/// Takes and drops VEX documents. Each change, its audit event and what it does to findings are one transaction.
public struct VEXStore: Sendable {
    let store: Store

    /// Takes a document; a later edition takes the place of the one before. The same again changes nothing.
    /// - Parameter content: the document's bytes.
    /// - Throws: `StoreError.invalid` naming what it lacks; `.conflict` when a later edition is in force.
    @discardableResult
    public func add(
        _ document: VEXDocument, content: [UInt8], by principal: Principal, at now: Date = Date()
    ) async throws -> VEXRecord {
        try Self.check(document)
        let tenant = principal.tenant
        let digest = Array(SHA256.hash(data: content))
        let id = try await store.app.transaction(tenant: tenant) { connection in
            try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let known = try await edition(of: document.id, connection, tenant: tenant)
            if let known, known.digest == digest { return known.id }
            if let before = known?.issuedAt, let date = document.date, date < before {
                throw StoreError.conflict(
                    kind: "vex",
                    reason: "A later edition of \(document.id) is in force. Remove that first to go back to this one.")
            }
            let id = known?.id ?? VEXDocumentID.make(at: now)
            let gone = try await statements(of: id, connection, tenant: tenant)
            let writer = VEXWriter(document: document, id: id, tenant: tenant, now: now)
            try await connection.run([
                writer.insertion(digest: digest, by: principal.name), try writer.statements(),
                AuditEntry(
                    "vex.import", object: document.id,
                    detail: ["author": document.author, "statements": String(document.statements.count)], by: principal
                ).statement(),
            ])
            try await judge(id, without: gone, connection, tenant: tenant, at: now)
            return id
        }
        store.cache.invalidate(tenant)
        return try await find(id, tenant: tenant)
    }

    /// Drops a document with its statements. What they hid counts again at once, unless another statement or an
    /// exception covers it.
    /// - Throws: `StoreError.notFound`.
    public func remove(_ id: VEXDocumentID, by principal: Principal, at now: Date = Date()) async throws {
        let tenant = principal.tenant
        try await store.app.transaction(tenant: tenant) { connection in
            try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let rows = try await connection.query(
                "SELECT document_id, author FROM vex_documents WHERE tenant_id = $1 AND id = $2",
                [.id(tenant), .id(id)])
            guard let row = rows.first else { throw StoreError.notFound(kind: "vex", id: id.description) }
            let gone = try await statements(of: id, connection, tenant: tenant)
            try await judge(id, without: gone, connection, tenant: tenant, at: now)
            try await connection.run([
                Statement("DELETE FROM vex_documents WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)]),
                AuditEntry(
                    "vex.remove", object: try row.decode(0), detail: ["author": try row.decode(1)], by: principal
                ).statement(),
            ])
        }
        store.cache.invalidate(tenant)
    }

    private static func check(_ document: VEXDocument) throws(StoreError) {
        if document.id.isEmpty {
            let field = document.format == .openVEX ? "@id" : "document.tracking.id"
            throw .invalid(field: field, reason: "is missing: editions of a document are told by it")
        }
        if document.statements.isEmpty {
            throw .invalid(field: "statements", reason: "the document says nothing of any product")
        }
    }

    private struct Edition {
        let id: VEXDocumentID
        let issuedAt: Date?
        let digest: [UInt8]
    }

    private func edition(
        of document: String, _ connection: Connection, tenant: TenantID
    ) async throws -> Edition? {
        try await connection.query(
            "SELECT id, issued_at, digest FROM vex_documents WHERE tenant_id = $1 AND document_id = $2",
            [.id(tenant), .text(document)]
        ).first.map { row in
            Edition(
                id: try row.decode(0), issuedAt: try row.decode(1), digest: try row.rows.bytes(row.index, 2))
        }
    }

    private func statements(
        of document: VEXDocumentID, _ connection: Connection, tenant: TenantID
    ) async throws -> [UUID] {
        try await connection.query(
            "SELECT id FROM vex_statements WHERE tenant_id = $1 AND document = $2", [.id(tenant), .id(document)]
        ).map { try $0.decode(0) }
    }

    /// Judges the findings that a document speaks of, and drops those of its statements that have gone.
    private func judge(
        _ document: VEXDocumentID, without gone: [UUID], _ connection: Connection, tenant: TenantID, at now: Date
    ) async throws {
        let named = try await connection.query(
            """
            SELECT DISTINCT v.id
            FROM vex_statements AS s
            CROSS JOIN unnest(s.vulnerabilities) AS name
            JOIN vulnerabilities AS v ON v.cve_id = name
            WHERE s.tenant_id = $1 AND s.document = $2
            """, [.id(tenant), .id(document)]
        ).map { try $0.decode(0, as: UUID.self) }
        if !named.isEmpty {
            var policy = try await TenantPolicy.load(connection, tenant: tenant, at: now)
            policy.vex.remove(Set(gone))
            let pass = Reassessment(connection: connection, tenant: tenant, now: now, policy: policy)
            try await pass.write(try await pass.sets(with: named))
        }
        try await connection.run([
            Statement(
                "DELETE FROM vex_statements WHERE tenant_id = $1 AND id = ANY($2)", [.id(tenant), .uuidArray(gone)]),
            ChangeNotice.statement(tenant),
        ])
    }
}
