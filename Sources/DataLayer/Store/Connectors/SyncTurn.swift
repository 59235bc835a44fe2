import Domain
import Postgres

/// The right to read an account for a while, held under a lease: of several workers one has it. Whoever lost it, by being
/// silent for too long, changes nothing of the account's schedule any more.
public struct SyncTurn: Sendable, Hashable {
    public let id: ConnectorID
    public let tenant: TenantID
    public let schedule: SyncSchedule
    /// Syncs in a row that stopped before this one.
    public let failures: Int
    /// Tells this lease from a later one.
    let attempt: Int

    static let columns = [
        "id", "tenant_id", "interval_seconds", "full_interval_seconds", "is_paused", "failures", "attempts",
    ]

    init(_ row: Row) throws {
        id = try row.decode(0)
        tenant = try row.decode(1)
        schedule = SyncSchedule(
            interval: Int(try row.decode(2) as Int32), fullInterval: Int(try row.decode(3) as Int32),
            isPaused: try row.decode(4))
        failures = Int(try row.decode(5) as Int32)
        attempt = try row.decode(6)
    }
}

/// How a turn ended.
public enum SyncEnd: Sendable, Hashable {
    case complete
    /// There is more to read, and others wait.
    case unfinished
    /// Why it stopped, as a sentence, and for how many seconds the vendor wants to be left alone.
    case stopped(String, asked: Double?)
}
