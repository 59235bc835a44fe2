import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison connector list`: a tenant's accounts at vendors.
struct ConnectorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "A tenant's accounts at vendors and other sources, what is known of each, and what went wrong.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let accounts = try await database.withTenant(tenant) { store, tenant in
            try await store.connectors.list(tenant: tenant.id)
        }
        if json { return try Console.printJSON(accounts.map(Account.init)) }
        if accounts.isEmpty { return Console.note("There is no account yet: garrison connector add --help") }
        for account in accounts {
            if account.isImplicit {
                Console.print("\(account.name): \(account.kind), not pulled")
                continue
            }
            let synced = account.syncedAt.map { "read \($0.formatted(.iso8601))" } ?? "never read"
            Console.print("\(account.name): \(account.kind), \(synced), \(account.quarantined) records left out")
            for stream in ConnectorStream.allCases {
                if let count = account.records[stream] { Console.print("  \(stream.rawValue): \(count)") }
            }
            if let error = account.lastError { Console.print("  last error: \(error)") }
        }
    }

    private struct Account: Encodable {
        let id: String
        let kind: String
        let name: String
        let settings: [String: String]
        let syncedAt: Date?
        let lastError: String?
        let createdAt: Date
        let records: [String: Int]
        let quarantined: Int
        let isImplicit: Bool

        init(_ account: ConnectorAccount) {
            id = account.id.description
            kind = account.kind
            name = account.name
            settings = account.settings
            syncedAt = account.syncedAt
            lastError = account.lastError
            createdAt = account.createdAt
            records = Dictionary(uniqueKeysWithValues: account.records.map { ($0.key.rawValue, $0.value) })
            quarantined = account.quarantined
            isImplicit = account.isImplicit
        }
    }
}
