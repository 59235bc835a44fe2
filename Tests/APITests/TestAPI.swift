import API
import Domain
import Hummingbird
import Identity
import Logging
import Notifications
import Objects
import Presentation
import ServiceLifecycle
import Store
import TestSupport

/// The server as `garrison serve` runs it, on a port of its own.
struct TestAPI: Sendable {
    let port: Int
    let catalogue: RouteCatalogue
    let database: TestDatabase
    let objects: any ObjectStore

    /// Serves for as long as `body` runs.
    /// - Parameters:
    ///   - store: another process's view of the database; the test's own when nil.
    ///   - objects: a folder of its own when nil.
    ///   - more: routes besides the program's.
    ///   - configure: changes limits; rates are not limited unless it says so.
    static func run(
        _ database: TestDatabase = .current, store: Store? = nil, objects: (any ObjectStore)? = nil,
        more: [AnyRoute] = [],
        configure: (inout APIServices) -> Void = { $0.rateLimiter = nil },
        _ body: (TestAPI) async throws -> Void
    ) async throws {
        let store = store ?? database.store
        let folder = try TestFolder()
        defer { folder.remove() }
        let own = FolderStore(path: folder.path)
        // The log of `RouteSamples`.
        try await own.put(ByteStream([1]), at: try ObjectKey("sample-log"))
        let objects = objects ?? own
        var services = APIServices(authenticator: StoreAuthenticator(store: store))
        configure(&services)
        let catalogue = Self.catalogue(store, services, objects).adding(more)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "garrison.tests")
        logger.logLevel = .critical
        let application = Application(
            responder: catalogue.responder(services: services),
            server: .bounded(readyAnswers: catalogue.readyAnswers(services: services, serverName: "garrison")),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: "garrison"),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { await store.followChanges() }
            tasks.addTask { await store.followAccessChanges() }
            for await port in ports {
                let outcome: Result<Void, any Error>
                do {
                    let api = TestAPI(port: port, catalogue: catalogue, database: database, objects: objects)
                    outcome = .success(try await body(api))
                } catch {
                    outcome = .failure(error)
                }
                await group.triggerGracefulShutdown()
                tasks.cancelAll()
                try outcome.get()
                return
            }
        }
    }

    /// Seals secrets under a key of the tests.
    static func webhooks(_ store: Store) -> WebhookSetup {
        WebhookSetup(store: store, rule: TargetRule(), box: box)
    }

    /// Vendors may be simulated on this machine.
    static func connectors(_ store: Store) -> ConnectorSetup {
        ConnectorSetup(store: store, rule: TargetRule(allowsOwnNetwork: true), box: box)
    }

    @Sendable static func box() throws -> SecretBox {
        guard let box = SecretBox(key: [UInt8](repeating: 7, count: SecretBox.keyBytes)) else {
            throw TestFailure("this is no key")
        }
        return box
    }

    static func dependencies(
        _ store: Store, _ objects: any ObjectStore = FolderStore(path: "/nonexistent/garrison")
    ) -> APIDependencies {
        APIDependencies(
            store: store, objects: objects, webhooks: webhooks(store), connectors: connectors(store), secrets: box)
    }

    /// What the program serves.
    static func catalogue(
        _ store: Store, _ services: APIServices, _ objects: any ObjectStore
    ) -> RouteCatalogue {
        let api = RouteCatalogue.api(dependencies(store, objects))
        let database = store.app
        StoreFigures(store: store).register(in: services.metrics)
        return api.adding(DocumentationRoutes.routes(for: api, version: "0.0.0"))
            .adding(
                OperationsRoutes.routes(
                    readiness: [HealthCheck("database") { _ = try await database.query("SELECT 1") }],
                    metrics: services.metrics)
            )
            .adding(
                RouteCatalogue.pages(
                    PageServices(
                        store: store, webhooks: webhooks(store), connectors: connectors(store),
                        patchKeys: PatchKeys(store: store, box: box),
                        shelf: PatchShelf(store: store, objects: objects), allowsPlainCookies: true,
                        sessionCookie: services.sessionCookie,
                        rateLimiter: services.rateLimiter)
                ).routes)
    }

    /// Sends one request.
    /// - Parameters:
    ///   - token: sent as `Authorization: Bearer`.
    ///   - headers: lines without their ends.
    func send(
        _ method: String = "GET", _ target: String, token: String? = nil, headers: [String] = [], body: [UInt8]? = nil
    ) async throws -> Reply {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines.append("Content-Length: \(body.count)") }
        let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return try await sendRaw(head + (body ?? []))
    }

    /// Sends a JSON body.
    func send(_ method: String, _ target: String, token: String?, json: String, headers: [String] = []) async throws
        -> Reply
    {
        try await send(
            method, target, token: token, headers: headers + ["Content-Type: application/json"], body: Array(json.utf8))
    }

    /// Sends bytes as they are.
    func sendRaw(_ bytes: [UInt8]) async throws -> Reply {
        let answer = try await Wire.exchange(bytes, port: port)
        guard let reply = Reply(answer) else {
            throw TestFailure("no HTTP answer but \(String(decoding: answer.prefix(200), as: UTF8.self))")
        }
        return reply
    }
}
