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

    /// - Parameter started: called when requests are answered.
    func run(started: @escaping @Sendable () -> Void) async throws {
        let authenticator = StoreAuthenticator(store: store)
        let services = APIServices(authenticator: authenticator)
        let api = RouteCatalogue.api(APIDependencies(store: store))
        let pages = RouteCatalogue.pages(
            PageServices(
                store: store, authenticator: authenticator, allowsPlainCookies: address.isLoopback,
                sessionCookie: services.sessionCookie))
        let database = store.app
        let readiness = HealthCheck("database") {
            _ = try await database.query("SELECT 1")
        }
        let catalogue = api.adding(DocumentationRoutes.routes(for: api, version: Build.version))
            .adding(OperationsRoutes.routes(readiness: [readiness], metrics: services.metrics))
            .adding(pages.routes)
        let application = Application(
            responder: catalogue.responder(services: services), server: .bounded(),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: "garrison"),
            onServerRunning: { _ in started() }, logger: logger)
        let worker = Worker(store: store, indexes: indexes, logger: logger, name: "serve-\(getpid())")
        let group = ServiceGroup(
            services: [application, worker, Follower(store: store, authenticator: authenticator)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
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
