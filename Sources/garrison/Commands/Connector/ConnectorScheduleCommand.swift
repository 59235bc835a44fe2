import ArgumentParser
import Domain
import Store

/// `garrison connector schedule`: when an account is read by itself.
struct ConnectorScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Say how often an account is read, pause it, or have it read now.",
        discussion: """
            `garrison serve` and `garrison worker` read accounts when they are due. Without an option the schedule is only \
            printed. Times are numbers with s, m, h or d behind them: 15m.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The connector's name; `garrison connector list` shows them.") var name: String
    @Option(help: "How often what changed is read; 15m at first.") var every: Interval?
    @Option(help: "How often everything is read, which tells what has disappeared; 1d at first.")
    var fullEvery: Interval?
    @Flag(help: "Read it no more, until it is resumed.") var pause = false
    @Flag(help: "Read it again.") var resume = false
    @Flag(help: "Have a worker read what changed, now.") var now = false
    @Flag(help: "Have a worker read everything, now.") var full = false

    func validate() throws {
        if pause, resume || now || full {
            throw ValidationError("--pause goes with neither --resume nor --now nor --full.")
        }
    }

    func run() async throws {
        let status = try await database.withTenant(tenant) { store, tenant in
            let id = try await store.connectors.named(name, tenant: tenant.id).id
            let principal = Operator.principal(of: tenant)
            let before = try await store.connectors.status(id, tenant: tenant.id).schedule
            let after = changed(before)
            if after != before {
                try await store.connectors.schedule(id, after, tenant: tenant.id, by: principal)
            }
            if now || full {
                try await store.connectors.requestSync(id, full: full, tenant: tenant.id, by: principal)
            }
            return try await store.connectors.status(id, tenant: tenant.id)
        }
        let schedule = status.schedule
        let next = status.nextSyncAt.map { "next at \($0.formatted(.iso8601))" } ?? "paused"
        Console.print(
            "changes every \(Interval(schedule.interval)), everything every \(Interval(schedule.fullInterval)), \(next)"
        )
    }

    private func changed(_ schedule: SyncSchedule) -> SyncSchedule {
        SyncSchedule(
            interval: every?.seconds ?? schedule.interval, fullInterval: fullEvery?.seconds ?? schedule.fullInterval,
            isPaused: pause || (schedule.isPaused && !resume))
    }
}

/// `90s`, `15m`, `6h`, `1d`
struct Interval: ExpressibleByArgument, CustomStringConvertible {
    private static let units: [(suffix: Character, seconds: Int)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    let seconds: Int

    init(_ seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        guard let unit = Self.units.first(where: { $0.suffix == argument.last }),
            let number = Int(argument.dropLast()), 1...1_000_000 ~= number
        else { return nil }
        seconds = number * unit.seconds
    }

    var description: String {
        let unit = Self.units.first { seconds % $0.seconds == 0 }
        return unit.map { "\(seconds / $0.seconds)\($0.suffix)" } ?? "\(seconds)s"
    }
}
