import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison connector list`: a tenant's accounts at vendors.
struct ConnectorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "A tenant's accounts at vendors and other sources, what is known of each, and what went wrong.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let (accounts, statuses) = try await database.withTenant(tenant) { store, tenant in
            (try await store.connectors.list(tenant: tenant.id), try await store.connectors.statuses(tenant: tenant.id))
        }
        if json { return try Console.printJSON(accounts.map { Account($0, statuses[$0.id]) }) }
        if accounts.isEmpty { return Console.note("There is no account yet: garrison connector add --help") }
        for account in accounts {
            if account.isImplicit {
                Console.print("\(account.name): \(account.kind), not pulled")
                continue
            }
            let synced = account.syncedAt.map { "read \($0.formatted(.iso8601))" } ?? "never read"
            Console.print("\(account.name): \(account.kind), \(synced), \(account.quarantined) records left out")
            let status = statuses[account.id]
            for stream in ConnectorStream.allCases {
                if let count = account.records[stream] { Console.print("  \(stream.rawValue): \(count)") }
                if let error = status?.streams.first(where: { $0.stream == stream })?.error {
                    Console.print("  \(stream.rawValue) could not be read: \(error)")
                }
            }
            if let error = account.lastError { Console.print("  last error: \(error)") }
            if let status { Console.print("  \(Self.sentence(status))") }
        }
    }

    private static func sentence(_ status: ConnectorStatus) -> String {
        if status.isRunning { return "is being read" }
        guard let next = status.nextSyncAt else { return "paused" }
        return "due at \(next.formatted(.iso8601))"
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
        let status: Status?

        init(_ account: ConnectorAccount, _ status: ConnectorStatus?) {
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
            self.status = status.map(Status.init)
        }
    }

    private struct Status: Encodable {
        let interval: Int
        let fullInterval: Int
        let isPaused: Bool
        let isRunning: Bool
        let nextSyncAt: Date?
        let failures: Int
        let startedAt: Date?
        let duration: Double?
        let lag: Double?
        let streams: [Stream]

        init(_ status: ConnectorStatus) {
            interval = status.schedule.interval
            fullInterval = status.schedule.fullInterval
            isPaused = status.schedule.isPaused
            isRunning = status.isRunning
            nextSyncAt = status.nextSyncAt
            failures = status.failures
            startedAt = status.startedAt
            duration = status.duration
            lag = status.lag(at: Date())
            streams = status.streams.map(Stream.init)
        }
    }

    private struct Stream: Encodable {
        let stream: ConnectorStream
        let startedAt: Date
        let duration: Double?
        let records: Int
        let quarantined: Int
        let currentTo: Date?
        let fullFinishedAt: Date?
        let error: String?

        init(_ status: StreamStatus) {
            stream = status.stream
            startedAt = status.startedAt
            duration = status.duration
            records = status.records
            quarantined = status.quarantined
            currentTo = status.currentTo
            fullFinishedAt = status.fullFinishedAt
            error = status.error
        }
    }
}
