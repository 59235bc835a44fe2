import API
import Agent
import Connectors
import Domain
import FoundationEssentials
import Identity
import Simulators
import Store

/// Fills the demonstration's database as a team would: tenants, people, accounts at vendors, a first reading and a scan.
struct DemoStage {
    let store: Store
    let indexes: IndexProvider
    let box: SecretBox
    let password: String

    private static let worker = "demo"

    func fill(_ tenants: [DemoTenant]) async throws {
        let hash = try PasswordHash(password: password)
        for demo in tenants {
            let tenant = try await store.tenants.create(name: demo.name)
            _ = try await store.users.create(
                email: demo.email, role: .admin, passwordHash: hash.encoded, tenant: tenant.id)
            for vendor in demo.vendors { try await connect(vendor, tenant) }
        }
        try await read(tenants)
        try await report(tenants)
        for demo in tenants {
            guard let tenant = try await store.tenants.find(demo.name) else { continue }
            try await Progress.step("Scanning the software of \(demo.name)") {
                _ = try await store.scans.scan(tenant: tenant.id, with: try await indexes.current())
            }
        }
    }

    /// The Linux machines report what is installed on them: the packages of the machine that the demonstration runs on.
    private func report(_ tenants: [DemoTenant]) async throws {
        let here = try await Progress.step("Collecting this host’s software") {
            try HostCollector(root: "/").collect()
        }
        for demo in tenants {
            guard let tenant = try await store.tenants.find(demo.name) else { continue }
            let hosts = (0..<demo.devices).map { demo.estate.machine($0) }.filter { $0.family == .linux }
            for batch in stride(from: 0, to: hosts.count, by: 200).map({ hosts[$0..<min($0 + 200, hosts.count)] }) {
                _ = try await store.inventories.ingest(batch.map { Self.inventory($0, like: here) }, tenant: tenant.id)
            }
        }
    }

    private static func inventory(_ machine: Estate.Machine, like here: Inventory) -> Inventory {
        var inventory = here
        inventory.hostname = machine.hostname
        inventory.fqdn = "\(machine.hostname).corp.example.org"
        inventory.deviceID = "demo:\(machine.serial)"
        inventory.network = Network(interfaces: [
            Network.Interface(
                name: "eth0", mac: machine.mac.joined(separator: ":"), addresses: [machine.address])
        ])
        return inventory
    }

    private func connect(_ vendor: DemoVendor, _ tenant: Tenant) async throws {
        let id = ConnectorID.make()
        let principal = Operator.principal(of: tenant)
        try await store.connectors.add(
            NewConnector(
                id: id, kind: vendor.kind.id, name: vendor.name, settings: vendor.settings,
                sealedSecrets: try SealedSecrets.seal(vendor.secrets, id, tenant.id, box)),
            tenant: tenant.id, by: principal)
        try await store.connectors.schedule(
            id, SyncSchedule(interval: 30, fullInterval: 3600), tenant: tenant.id, by: principal)
    }

    /// Reads every account once, so that there is something to look at.
    private func read(_ tenants: [DemoTenant]) async throws {
        let total = tenants.flatMap(\.vendors).reduce(0) { $0 + $1.devices }
        try await ConnectorNetwork.with { network in
            let connectors = StoredConnectors(store: store, network: network) { box }
            try await Progress.step("Reading \(total) devices of simulated vendors") {
                while let turn = try await store.connectors.takeTurn(
                    worker: Self.worker, kinds: ConnectorKind.all.map(\.id))
                {
                    let store = store
                    _ = try await turn.held(in: store) {
                        let connector = try await connectors.connector(turn.id, tenant: turn.tenant)
                        return try await ConnectorSync(store: store, turn: turn, connector: connector).run()
                    }
                }
            }
        }
    }
}
