import API
import Domain
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import Postgres
import Presentation
import ServiceLifecycle
import Store

/// The web server and the worker of one process, until a signal stops them.
struct Server {
    let store: Store
    let indexes: IndexProvider
    let address: ListenAddress
    let logger: Logger
    /// Where downloaded intelligence goes; nil when none is to be downloaded.
    let refreshDirectory: String?

    /// How long requests under way may take after the signal to stop.
    private static let grace = Duration.seconds(5)

    /// - Parameter started: called when requests are answered.
    func run(started: @escaping @Sendable () -> Void) async throws {
        let authenticator = StoreAuthenticator(store: store)
        var apiServices = APIServices(authenticator: authenticator)
        apiServices.problemPage = PageServices.problemPage
        let api = RouteCatalogue.api(APIDependencies(store: store))
        let pages = RouteCatalogue.pages(
            PageServices(
                store: store, authenticator: authenticator, allowsPlainCookies: address.isLoopback,
                sessionCookie: apiServices.sessionCookie))
        let database = store.app
        let readiness = HealthCheck("database") {
            _ = try await database.query("SELECT 1")
        }
        let catalogue = api.adding(DocumentationRoutes.routes(for: api, version: Build.version))
            .adding(OperationsRoutes.routes(readiness: [readiness], metrics: apiServices.metrics))
            .adding(pages.routes)
        let application = Application(
            responder: catalogue.responder(services: apiServices), server: .bounded(),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: "garrison"),
            onServerRunning: { _ in started() }, logger: logger)
        let worker = Worker(store: store, indexes: indexes, logger: logger, name: "serve-\(getpid())")
        var services: [any Service] = [application, worker, Follower(store: store, authenticator: authenticator)]
        if let refreshDirectory {
            services.append(IntelligenceRefresh(store: store, directory: refreshDirectory, logger: logger))
        }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.grace
        let group = ServiceGroup(configuration: configuration)
        try await group.run()
    }
}

/// Keeps this process's caches in step with what other processes change.
private struct Follower: Service {
    let store: Store
    let authenticator: StoreAuthenticator

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.followChanges() }
                group.addTask { await authenticator.followChanges() }
            }
        }
    }
}
