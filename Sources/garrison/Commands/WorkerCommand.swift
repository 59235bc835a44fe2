import API
import ArgumentParser
import Connectors
import Glibc
import Logging
import Objects
import ServiceLifecycle
import Store

/// `garrison worker`: background work in a process of its own.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Do queued jobs, read vendors' accounts and deliver messages until stopped; any number may run.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let logger = Logger(label: "garrison.worker") { StreamLogHandler.standardError(label: $0) }
        let store = try await Store.connect(try database.url(), connections: 4, logger: logger)
        try await store.requireCurrentSchema()
        let (configuration, name) = (try database.configuration(), "worker-\(getpid())")
        let worker = Worker(
            store: store, indexes: IndexProvider(store: store, directory: configuration.dataDirectory), logger: logger,
            name: name)
        let dispatcher = OutboxDispatcher(store: store, configuration: configuration, logger: logger, name: name)
        let (secrets, network) = (SecretKey(configuration), try TransportSettings(configuration))
        let reader = ConnectorWorker(store: store, secrets: secrets, network: network, logger: logger, name: name)
        let sender = ActionWorker(store: store, secrets: secrets, network: network, logger: logger, name: name)
        let keeper = IncidentKeeper(store: store, logger: logger)
        let deployer = try DeploymentKeeper(store: store, configuration: configuration, logger: logger)
        let courier = try PatchCourier(store: store, configuration: configuration, logger: logger)
        var services: [any Service] = [worker, dispatcher, reader, sender, keeper, deployer, courier]
        let objects = try configuration.objectStore
        // A folder is on the machine of the server, who clears it up.
        if !(objects is FolderStore) {
            services.append(ObjectKeeper(shelf: PatchShelf(store: store, objects: objects), logger: logger))
        }
        let group = ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
        await objects.close()
        await store.close()
    }
}
