import ArgumentParser
import Cluster
import Domain
import FoundationEssentials
import Identity
import Logging
import Store

/// `garrison demo`: a fleet of several vendors to look at, without a licence of any.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show a living fleet of several simulated vendors and three tenants.",
        discussion: """
            Everything is made anew in a folder of its own, read from simulated vendors on this machine as it would be from \
            the real ones, and removed when it ends. Nothing is downloaded, and no other database is touched.
            """)

    @Option(help: "Machines of all tenants together.") var devices = 5_000
    @Option(help: "Address and port.") var listen = "127.0.0.1:8080"
    @Option(help: "The demonstration's own folder. Default: \(DemoDirectory.standard).") var dataDir: String?

    func validate() throws {
        guard (10...200_000).contains(devices) else {
            throw ValidationError("--devices must be between 10 and 200000.")
        }
    }

    func run() async throws {
        let address = try ListenAddress(listen)
        try address.requireFree()
        let directory = DemoDirectory(path: dataDir ?? DemoDirectory.standard)
        try directory.prepare()
        let cluster = PrivateCluster(dataDirectory: directory.path, logger: quietLogger())
        let outcome: Result<Void, any Error>
        do {
            let url = try await Interruption.guarding {
                try await Progress.step("Starting the database") { try await cluster.start() }
            }
            outcome = .success(try await show(url, address, directory))
        } catch {
            outcome = .failure(error)
        }
        await cluster.stop()
        try directory.remove()
        try outcome.get()
    }

    private func show(_ url: String, _ address: ListenAddress, _ directory: DemoDirectory) async throws {
        var logger = Logger(label: "garrison") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        // Its vendors are on this machine.
        let flags: [Setting: String] = [.dataDirectory: directory.path, .listen: listen, .webhookOwnNetwork: "allow"]
        let configuration = try Configuration(flags: flags, path: nil)
        let password = Bootstrap.randomPassword()
        let (store, indexes, tenants) = try await Interruption.guarding { [logger] in
            try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url) { _ in }
            let store = try await Store.connect(url, logger: logger)
            let indexes = IndexProvider(store: store, directory: directory.path)
            let bootstrap = Bootstrap(store: store, indexes: indexes, directory: directory.path)
            _ = try await bootstrap.loadBundle()
            let tenants = try await DemoTenant.all(devices: devices, now: Date().timeIntervalSince1970)
            let box = try SecretKey(configuration).box()
            try await DemoStage(store: store, indexes: indexes, box: box, password: password).fill(tenants)
            return (store, indexes, tenants)
        }
        let server = Server(
            store: store, indexes: indexes, address: address, configuration: configuration, logger: logger,
            refreshDirectory: nil, refreshEnvironment: [:],
            others: [DemoLife(vendors: tenants.flatMap(\.vendors))])
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await server.run { announce(address, tenants, password) })
        } catch {
            outcome = .failure(error)
        }
        await store.close()
        try outcome.get()
    }

    private func announce(_ address: ListenAddress, _ tenants: [DemoTenant], _ password: String) {
        Console.note("\nGarrison is at http://\(address.host):\(address.port)/")
        Console.note("Sign in with the password \(password) as")
        for tenant in tenants {
            let vendors = tenant.vendors.map { "\($0.kind.title), \($0.devices) devices" }.joined(separator: "; ")
            Console.note("  \(tenant.email)  (\(vendors))")
        }
        Console.note("Ctrl-C ends it and removes it.\n")
    }
}
