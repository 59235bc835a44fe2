import API
import ArgumentParser
import Cluster
import Domain
import Glibc
import Hummingbird
import Logging
import Presentation
import ServiceLifecycle
import Store

/// `garrison serve`: everything in one process.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the API and the pages; with no DATABASE_URL on a private PostgreSQL.")

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address and port (environment: GARRISON_LISTEN).") var listen: String?
    @Flag(help: "On the first start also make a tenant with an account, and collect and scan this host.")
    var quickstart = false

    func run() async throws {
        let address = try ListenAddress(listen ?? environment("GARRISON_LISTEN") ?? "127.0.0.1:8080")
        guard database.explicitURL == nil else { return try await serve(url: try database.url(), address) }
        let cluster = PrivateCluster(dataDirectory: database.dataDirectory, logger: quietLogger())
        let url = try await Progress.step("Starting the database") { try await cluster.start() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await serve(url: url, address))
        } catch {
            result = .failure(error)
        }
        await cluster.stop()
        try result.get()
    }

    private func serve(url: String, _ address: ListenAddress) async throws {
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        try await migrator.migrate(databaseURL: url) { Console.note("  \($0)") }
        var logger = Logger(label: "garrison") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let store = try await Store.connect(url, logger: logger)
        let indexes = IndexProvider(store: store, directory: database.dataDirectory)
        let bootstrap = Bootstrap(store: store, indexes: indexes, directory: database.dataDirectory)
        try await bootstrap.loadBundle()
        let account = quickstart ? try await bootstrap.prepareTenant() : nil
        if quickstart { try await bootstrap.collectAndScan() }
        let server = Server(store: store, indexes: indexes, address: address, logger: logger)
        try await server.run { announce(address, account) }
        await store.close()
    }

    private func announce(_ address: ListenAddress, _ account: Bootstrap.Account?) {
        Console.note("\nGarrison is at http://\(address.host):\(address.port)/")
        if let account { Console.note("Sign in as \(account.email) with the password \(account.password)") }
        Console.note("Ctrl-C stops it.\n")
    }
}

/// `HOST:PORT`.
struct ListenAddress {
    let host: String
    let port: Int

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), 0...65_535 ~= port
        else { throw ValidationError("“\(text)” is not HOST:PORT, such as 127.0.0.1:8080") }
        host = String(text[..<colon])
        self.port = port
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }
}
