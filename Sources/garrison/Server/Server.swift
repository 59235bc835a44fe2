import API
import Connectors
import Domain
import FoundationEssentials
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Notifications
import Postgres
import Presentation
import ServiceLifecycle
import Store

/// The web server and the worker of one process, until a signal stops them.
struct Server {
    let store: Store
    let indexes: IndexProvider
    let address: ListenAddress
    let configuration: Configuration
    let logger: Logger
    /// Where downloaded intelligence goes; nil when none is to be downloaded.
    let refreshDirectory: String?
    /// What intelligence is fetched with.
    let refreshEnvironment: [String: String]
    /// What else runs as long as the server does.
    var others: [any Service] = []

    /// How long requests under way may take after the signal to stop.
    private static let grace = Duration.seconds(5)

    private static let name = "garrison"

    /// - Parameter started: called when requests are answered.
    func run(started: @escaping @Sendable () -> Void) async throws {
        let apiServices = makeAPIServices()
        let (secrets, objects) = (SecretKey(configuration), try configuration.objectStore)
        let webhooks = WebhookSetup(store: store, rule: TargetRule(configuration)) { try secrets.box() }
        let connectors = ConnectorSetup(
            store: store, rule: TargetRule(configuration),
            network: try TransportSettings(configuration)
        ) { try secrets.box() }
        let largestFile = try configuration.largestPatchFile
        let api = RouteCatalogue.api(
            APIDependencies(
                store: store, objects: objects, largestPatchFile: largestFile, version: Build.version,
                webhooks: webhooks, connectors: connectors,
                secrets: { try secrets.box() }, index: { [indexes] in try await indexes.current().index }))
        let pages = RouteCatalogue.pages(
            PageServices(
                store: store, version: Build.version, webhooks: webhooks, connectors: connectors,
                patchKeys: PatchKeys(store: store) { try secrets.box() },
                shelf: PatchShelf(store: store, objects: objects, largest: largestFile),
                allowsPlainCookies: address.isLoopback, sessionCookie: apiServices.sessionCookie,
                rateLimiter: apiServices.rateLimiter))
        let database = store.app
        let readiness = HealthCheck("database") {
            _ = try await database.query("SELECT 1")
        }
        let catalogue = api.adding(DocumentationRoutes.routes(for: api, version: Build.version))
            .adding(OperationsRoutes.routes(readiness: [readiness], metrics: apiServices.metrics))
            .adding(pages.routes)
        let application = Application(
            responder: catalogue.responder(services: apiServices),
            server: .bounded(readyAnswers: catalogue.readyAnswers(services: apiServices, serverName: Self.name)),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: Self.name),
            onServerRunning: { _ in started() }, logger: logger)
        let name = "serve-\(getpid())"
        let worker = Worker(store: store, indexes: indexes, logger: logger, name: name)
        let dispatcher = OutboxDispatcher(store: store, configuration: configuration, logger: logger, name: name)
        let network = try TransportSettings(configuration)
        let reader = ConnectorWorker(store: store, secrets: secrets, network: network, logger: logger, name: name)
        let sender = ActionWorker(store: store, secrets: secrets, network: network, logger: logger, name: name)
        let keeper = IncidentKeeper(store: store, logger: logger)
        let deployer = try DeploymentKeeper(store: store, configuration: configuration, logger: logger)
        let courier = try PatchCourier(store: store, configuration: configuration, logger: logger)
        var services: [any Service] = [
            application, worker, dispatcher, reader, sender, keeper, deployer, courier, Follower(store: store),
            ObjectKeeper(shelf: PatchShelf(store: store, objects: objects), logger: logger),
        ]
        services += others
        if let refreshDirectory {
            services.append(
                IntelligenceRefresh(
                    store: store, directory: refreshDirectory, logger: logger, environment: refreshEnvironment)
            )
        }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.grace
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await objects.close()
            throw error
        }
        await objects.close()
    }

    private func makeAPIServices() -> APIServices {
        var services = APIServices(authenticator: StoreAuthenticator(store: store))
        services.forwardedProtocolHeader = HTTPField.Name("X-Forwarded-Proto")
        services.clientAddressHeader = environment("GARRISON_CLIENT_ADDRESS_HEADER").flatMap { HTTPField.Name($0) }
        services.problemPage = PageServices.problemPage
        StoreFigures(store: store).register(in: services.metrics)
        return services
    }
}

/// Keeps this process's caches in step with what other processes change.
private struct Follower: Service {
    let store: Store

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.followChanges() }
                group.addTask { await store.followAccessChanges() }
            }
        }
    }
}
