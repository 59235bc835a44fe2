import ArgumentParser
import Domain
import Store

/// `garrison incident`: what alerts come to.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "Say how alerts become incidents.", subcommands: [Settings.self])

    struct Settings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show or change how alerts become incidents, and what resolving one does.",
            discussion: """
                Without an option the settings are only printed. Times are numbers with m, h or d behind them: 12h. They \
                hold for alerts that come from now on.
                """)

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Option(help: "How far apart alerts of one incident may be, 5m to 30d; 1d at first.") var window: Interval?
        @Option(help: "Whether resolving an incident resolves its alerts at their vendors: on or off; on at first.")
        var resolveAtVendor: Switch?
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard let window, window.seconds % 60 != 0 || !IncidentSettings.windows.contains(window.seconds / 60) else {
                return
            }
            throw ValidationError("--window must be whole minutes, from 5m to 30d.")
        }

        func run() async throws {
            let settings = try await database.withTenant(tenant) { store, tenant in
                let before = try await store.incidents.settings(tenant: tenant.id)
                let after = IncidentSettings(
                    windowMinutes: window.map { $0.seconds / 60 } ?? before.windowMinutes,
                    resolvesAtVendor: resolveAtVendor.map { $0 == .on } ?? before.resolvesAtVendor)
                if after != before {
                    try await store.incidents.setSettings(
                        after, tenant: tenant.id, by: Operator.principal(of: tenant))
                }
                return after
            }
            if json { return try Console.printJSON(Item(settings)) }
            let words =
                settings.resolvesAtVendor ? "resolved at their vendors, too" : "left as they are at their vendors"
            Console.print(
                "alerts within \(Interval(settings.windowMinutes * 60)) are one incident; of one that is resolved they are "
                    + words)
        }

        private struct Item: Encodable {
            let windowMinutes: Int
            let resolvesAtVendor: Bool

            init(_ settings: IncidentSettings) {
                windowMinutes = settings.windowMinutes
                resolvesAtVendor = settings.resolvesAtVendor
            }
        }
    }

    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }
}
