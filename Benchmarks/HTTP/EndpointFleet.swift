import API
import Domain
import Hummingbird
import Identity
import Logging
import Objects
import Postgres
import ServiceLifecycle
import Store

/// A tenant with 100,000 endpoints in a database of its own, and servers of it.
struct EndpointFleet: Sendable {
    static let endpoints = 100_000
    static let role = "garrison_app"
    let url: String
    let tenant: TenantID
    let token: String

    private static let logger: Logger = {
        var logger = Logger(label: "garrison.bench")
        logger.logLevel = .error
        return logger
    }()

    init(_ bench: Bench) async throws {
        url = try await bench.server.makeDatabase("bench_http")
        try await Migrator(resources: try ResourceLocator.migrations()).migrate(databaseURL: url)
        let store = try await Store.connect(url, connections: 1, logger: Self.logger)
        tenant = try await store.tenants.create(name: "bench").id
        let secret = AccessToken.make(for: tenant)
        token = secret.text
        do {
            try await store.tokens.create(
                name: "bench", role: .viewer, hash: secret.digest, expiresAt: nil, tenant: tenant)
            try await store.app.query(
                Self.endpointsSQL, [.id(tenant), .int4(Int32(Self.endpoints))], tenant: tenant)
            _ = try await store.owner.withConnection { try await $0.query("VACUUM ANALYZE endpoints") }
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// Names, addresses, scores and times as a real fleet has them: different, and in no order.
    private static let endpointsSQL = """
        INSERT INTO endpoints (
            tenant_id, hostname, device_id, os_type, os_id, os_name, os_version, ip_address, last_seen, status,
            risk_score, open_findings, worst_severity, scanned_at)
        SELECT
            $1, 'host-' || n || '.corp.example.com', 'device-' || n, 'linux', 'debian', 'Debian GNU/Linux', '12',
            '10.0.0.0'::inet + n, now() - n * interval '1 second', 'at_risk', (n * 7919 % 1001) / 10.0, n % 300,
            (ARRAY['critical', 'high', 'medium', 'low'])[1 + n % 4], now()
        FROM generate_series(1, $2) AS n
        """

    /// Serves the API in this process for as long as `body` runs; it gets the port.
    /// - Parameter isCached: whether answers are kept; counts always are, as in the product.
    func withServer(isCached: Bool, _ body: (Int) async throws -> Void) async throws {
        let opened = try await Store.connect(url, logger: Self.logger)
        let store = Store(
            app: opened.app, system: opened.system, owner: opened.owner,
            cache: isCached ? TenantCache() : TenantCache(bytesPerTenant: 0), logger: Self.logger)
        var services = APIServices(authenticator: StoreAuthenticator(store: store))
        services.rateLimiter = nil
        // Nothing that is measured reads or writes an object.
        let objects = FolderStore(path: "/nonexistent/garrison-bench")
        let catalogue = RouteCatalogue.api(APIDependencies(store: store, objects: objects))
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: catalogue.responder(services: services),
            server: .bounded(readyAnswers: catalogue.readyAnswers(services: services, serverName: "garrison")),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: "garrison"),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: Self.logger)
        let group = ServiceGroup(services: [application], logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await store.close()
    }
}
