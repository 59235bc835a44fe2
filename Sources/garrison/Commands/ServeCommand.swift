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
    @Flag(
        inversion: .prefixedNo,
        help: "Download newer intelligence once a day (environment: GARRISON_INTEL_UPDATES=off).")
    var intelUpdates = environment("GARRISON_INTEL_UPDATES") != "off"

    func run() async throws {
        let address = try ListenAddress(try database.configuration(listen: listen).listen)
        try address.requireFree()
        guard try database.explicitURL == nil else { return try await serve(url: try database.url(), address) }
        let cluster = PrivateCluster(dataDirectory: try database.dataDirectory, logger: quietLogger())
        do {
            let url = try await Interruption.guarding {
                try await Progress.step("Starting the database") { try await cluster.start() }
            }
            try await serve(url: url, address)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    private func serve(url: String, _ address: ListenAddress) async throws {
        var logger = Logger(label: "garrison") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let (store, indexes, account) = try await Interruption.guarding { [logger] in
            let migrator = try Migrator(resources: try ResourceLocator.migrations())
            try await migrator.migrate(databaseURL: url) { Console.note("  \($0)") }
            let store = try await Store.connect(url, logger: logger)
            let indexes = IndexProvider(store: store, directory: try database.dataDirectory)
            return (store, indexes, try await prepare(store, indexes))
        }
        let configuration = try database.configuration(listen: listen)
        let server = Server(
            store: store, indexes: indexes, address: address, configuration: configuration, logger: logger,
            refreshDirectory: intelUpdates ? try downloads : nil,
            refreshEnvironment: configuration.intelligenceEnvironment)
        do {
            try await server.run { announce(address, account) }
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private var downloads: String {
        get throws { "\(try database.dataDirectory)/downloads" }
    }

    /// What there is to look at: intelligence, and with `--quickstart` this host.
    private func prepare(_ store: Store, _ indexes: IndexProvider) async throws -> Bootstrap.Account? {
        let bootstrap = Bootstrap(store: store, indexes: indexes, directory: try database.dataDirectory)
        let isFirst = try await bootstrap.loadBundle()
        guard quickstart else { return nil }
        if isFirst, intelUpdates {
            let environment = try database.configuration().intelligenceEnvironment
            await bootstrap.update(directory: try downloads, environment: environment)
        }
        let account = try await bootstrap.prepareTenant()
        try await bootstrap.collectAndScan()
        return account
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

    /// - Throws: `CommandError.cannotListen` before any work is done in vain.
    func requireFree() throws(CommandError) {
        let code = SocketProbe.bind(host: host.filter { $0 != "[" && $0 != "]" }, port: port)
        guard code != 0 else { return }
        var reason = String(cString: strerror(code)).lowercased()
        if code == EADDRINUSE, let holder = PortHolder.find(port: port) {
            reason += " by \(holder.name) (process \(holder.process))"
        }
        throw .cannotListen(address: "\(host):\(port)", reason: reason)
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }
}
