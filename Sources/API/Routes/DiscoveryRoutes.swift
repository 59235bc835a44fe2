import Domain
import FoundationEssentials
import Inventories
import Store

/// `/api/discovery`: hosts that were found in networks and lists.
enum DiscoveryRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [take(store).erased] }

    private static func take(_ store: Store) -> Route<DiscoveryUpload, DiscoveryReceipt> {
        Route(
            .post, "/api/discovery/{format}", "Report found hosts", tag: "Discovery", access: .permission(.push),
            description: """
                A report of nmap (`-oX`), leases of dhcpd, dnsmasq or Kea, or a table of neighbours. Hosts become \
                endpoints without coverage, and one with what an agent or a connector reports of them. With `complete` \
                the list is all there is: hosts of the account that are not in it are removed.
                """, errors: ["document.malformed", "document.unsupported"], limits: .bulk
        ) { input, scope in
            let hosts = try input.format.read(try await input.body.collect())
            let written = try await store.discovered(
                hosts, by: input.account ?? input.format.rawValue, isComplete: input.isComplete,
                tenant: try scope.tenant)
            return DiscoveryReceipt(hosts: hosts.count, removed: written)
        }
    }
}

extension Store {
    /// Writes found hosts into an account of their own.
    ///
    /// - Parameters:
    ///   - isComplete: whether hosts of the account that are not among them are gone.
    /// - Returns: how many were removed.
    public func discovered(
        _ hosts: [FoundHost], by account: String, isComplete: Bool, tenant: TenantID
    ) async throws -> Int {
        let id = try await connectors.implicitAccount(kind: .discovery, name: account, tenant: tenant)
        let snapshot = isComplete ? try await connectors.openSnapshot(of: .devices, id, tenant: tenant) : nil
        let reports = hosts.map { $0.report(tag: "found by \(account)") }
        for start in stride(from: 0, to: reports.count, by: 1000) {
            try await connectors.push(
                .devices(Array(reports[start..<min(start + 1000, reports.count)])), snapshot: snapshot, of: .devices,
                id,
                tenant: tenant)
        }
        guard let snapshot else { return 0 }
        return try await connectors.closeSnapshot(
            snapshot, expecting: nil, of: .devices, id, tenant: tenant
        ).removed
    }
}

/// A list of hosts as it comes.
struct DiscoveryUpload: RouteInput {
    static let format = PathParameter<DiscoveryFormat>("format", "What the list is.")
    static let account = QueryParameter<String>("account", "Tells several networks apart; the format without.")
    static let complete = QueryParameter<Bool>("complete", "Whether the list is all there is.")
    static let parameters: [any ParameterDescribing] = [format, account, complete]
    static let body = BodyContract.stream(
        mediaTypes: ["text/plain", "text/csv", "text/xml", "application/xml", "application/octet-stream"],
        description: "The list as the program wrote it.")
    let format: DiscoveryFormat
    let account: String?
    let isComplete: Bool
    let body: LimitedBody

    init(from request: RequestReader) throws {
        format = try request.path(Self.format)
        account = try request.query(Self.account)
        if let account, account.count > 80 {
            throw RequestError.invalidParameter(name: "account", rule: "must have 1 to 80 characters")
        }
        isComplete = try request.query(Self.complete) ?? false
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}

extension DiscoveryFormat: ParameterValue {}

/// What became of found hosts.
struct DiscoveryReceipt: JSONContent {
    let hosts: Int
    let removed: Int

    static let schema = Schema.named(
        "DiscoveryReceipt",
        .object([
            .field("hosts", .integer, "Hosts in the list."),
            .field("removed", .integer, "Hosts that are gone, where the list was complete."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("hosts", hosts)
            writer.field("removed", removed)
        }
    }
}
