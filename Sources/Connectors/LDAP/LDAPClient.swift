import Domain
import FoundationEssentials
import NIOPosix

/// Asks a directory for its machines, page by page. Where a listing stands is known to the connection that it was begun on, so
/// that one is kept while there are pages.
actor LDAPClient {
    let settings: LDAPSettings
    private let patience: TransportSettings
    private var open: (name: String, connection: LDAPConnection)?

    init(_ settings: LDAPSettings, patience: TransportSettings) {
        self.settings = settings
        self.patience = patience
    }

    /// What came of one request.
    struct Page: Sendable {
        let entries: [LDAPEntry]
        /// Nil behind the last page.
        let cursor: String?
        let root: LDAPConnection.Root
    }

    /// - Parameters:
    ///   - cursor: of a page before.
    ///   - since: entries that were changed then or later; all without.
    /// - Throws: `ConnectorError.refused` for a cursor of a connection that is gone.
    func page(after cursor: String?, since: Date?, size: Int) async throws -> Page {
        let (connection, name) = try await connection(for: cursor)
        let root = connection.root
        guard let base = settings.base ?? root.context else {
            throw ConnectorError.setting(name: "base_dn", reason: "it is missing, and the server names none")
        }
        let filter = Self.filter(settings.filter, since: since, root)
        let cookie = cursor.flatMap { Self.cookie($0) }
        open = nil
        let page = try await Self.waiting {
            try connection.page(
                base: base, filter: filter, attributes: LDAPComputer.attributes, size: size, cookie: cookie)
        }
        guard let next = page.cookie else { return Page(entries: page.entries, cursor: nil, root: root) }
        open = (name, connection)
        return Page(entries: page.entries, cursor: "\(name) \(Data(next).base64EncodedString())", root: root)
    }

    /// Ends what is open.
    func close() { open = nil }

    private func connection(for cursor: String?) async throws -> (LDAPConnection, String) {
        if let cursor {
            guard let open, cursor.hasPrefix(open.name + " ") else {
                throw ConnectorError.refused(
                    vendor: LDAPFailure.vendor, status: 53,
                    reason: "the connection that the listing was begun on is gone")
            }
            return (open.connection, open.name)
        }
        let (settings, patience) = (settings, patience)
        return (try await Self.waiting { try LDAPConnection(settings, patience: patience) }, UUID().uuidString)
    }

    /// Update sequence numbers of two domain controllers cannot be compared; the times can, but for the overlap.
    private static func filter(_ filter: String, since: Date?, _ root: LDAPConnection.Root) -> String {
        guard let since else { return filter }
        let attribute = root.isActiveDirectory ? "whenChanged" : "modifyTimestamp"
        return "(&\(filter)(\(attribute)>=\(LDAPTime.text(since))))"
    }

    private static func cookie(_ cursor: String) -> [UInt8]? {
        cursor.split(separator: " ").last.flatMap { Data(base64Encoded: String($0)) }.map { Array($0) }
    }

    /// libldap waits for answers: on a thread that may.
    private static func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
