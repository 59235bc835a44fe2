import API
import ArgumentParser
import Domain
import FoundationEssentials
import Inventories
import Store

/// `garrison discover`: hosts that were found in networks and lists.
struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Take hosts that were found: by nmap, in DHCP leases, directories and neighbour tables.",
        discussion: """
            They become endpoints without coverage, and one with what an agent or a connector reports of them. To have \
            an agent look at its network: garrison agent ask AGENT probe --network 10.0.0.0/24.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "nmap (XML), dhcpd, dnsmasq, kea (CSV), ldif, or neighbours (ip neigh, arp -an).")
    var format: DiscoveryFormat
    @Argument(help: "A file, or - for standard input.") var file: String
    @Option(help: "Tells several networks apart. Default: the format.") var account: String?
    @Flag(help: "The list is all there is: hosts of the account that are not in it are removed.") var complete = false
    @Flag(help: "Only print the hosts, as JSON; needs no database.") var dryRun = false

    func validate() throws {
        if let account, !(1...80).contains(account.count) {
            throw ValidationError("--account must have 1 to 80 characters")
        }
    }

    func run() async throws {
        let hosts = try format.read(try contents(of: file))
        let name = account ?? format.rawValue
        if dryRun { return try Console.printJSON(hosts.map { $0.report(tag: "found by \(name)") }) }
        let removed = try await database.withTenant(tenant) { store, tenant in
            try await store.discovered(hosts, by: name, isComplete: complete, tenant: tenant.id)
        }
        Console.note("\(hosts.count) hosts" + (complete ? ", \(removed) gone" : ""))
    }
}

extension DiscoveryFormat: ExpressibleByArgument {}
