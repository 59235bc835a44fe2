import Domain
import FoundationEssentials
import Glibc
import Logging

/// The PostgreSQL that `garrison serve` keeps for itself under its data directory: made on the first
/// start, reached by a Unix socket, a child of this process, started again when it dies.
///
/// Access is a matter of the file system. The socket's folder has mode 0700 and belongs to the account
/// that PostgreSQL runs under, so nobody but that account and root can connect; asking those for a
/// password would keep nobody out, since they can read the data files.
public actor PrivateCluster {
    let layout: ClusterLayout
    let memory: Int
    let logger: Logger
    private(set) var server: Server?
    private var lock: DataDirectoryLock?
    private var supervision: Task<Void, Never>?

    /// Changes are passed to `start`'s `report`.
    public internal(set) var state = ClusterState.stopped {
        didSet { if state != oldValue { report(state) } }
    }
    private var report: @Sendable (ClusterState) -> Void = { _ in }

    /// - Parameter memory: the bytes of main memory to reckon with; nil for what the machine has.
    public init(
        dataDirectory: String, memory: Int? = nil, logger: Logger = Logger(label: "garrison.cluster")
    ) {
        layout = ClusterLayout(dataDirectory: dataDirectory)
        self.memory = memory ?? ServerSettings.systemMemory()
        self.logger = logger
    }

    /// Makes the database when there is none, starts PostgreSQL and waits until it takes connections.
    /// A server that a killed garrison left behind is stopped first.
    /// - Parameter report: called with each state, on the way and later when PostgreSQL dies.
    /// - Returns: a libpq connection string for the schema's owner.
    public func start(report: @escaping @Sendable (ClusterState) -> Void = { _ in }) async throws -> String {
        if let server { return ClusterLayout.connectionString(socketFolder: server.socketFolder) }
        self.report = report
        try makeRoot()
        let lock = try DataDirectoryLock(layout)
        do {
            let server = try await launch()
            self.lock = lock
            supervision = Task { await self.supervise() }
            return ClusterLayout.connectionString(socketFolder: server.socketFolder)
        } catch {
            state = .stopped
            throw error
        }
    }

    /// Stops PostgreSQL with everything written, and waits for its end. Does nothing when it is stopped.
    public func stop() async {
        guard let server else { return }
        state = .stopping
        supervision?.cancel()
        await server.stop()
        await supervision?.value
        supervision = nil
        self.server = nil
        lock = nil
        state = .stopped
    }

    /// Where a server that some garrison runs on this data directory can be reached; nil when none is.
    /// - Throws: `ClusterError.notPermitted` when there is a database that we may not enter.
    public static func connectionString(ofRunning dataDirectory: String) throws(ClusterError) -> String? {
        let layout = ClusterLayout(dataDirectory: dataDirectory)
        guard fileStatus(layout.database) != nil else {
            if errno == EACCES { throw .notPermitted(path: layout.root) }
            return nil
        }
        guard access(layout.database, R_OK | X_OK) == 0 else { throw .notPermitted(path: layout.root) }
        guard let file = PostmasterFile.read(layout), file.isReady, file.isAlive(in: layout) else { return nil }
        return ClusterLayout.connectionString(socketFolder: layout.socketFolder())
    }

    func launch() async throws -> Server {
        let account = try ServerAccount.choose(for: layout)
        if fileStatus(layout.versionFile) == nil {
            state = .initialising
            try await Initialisation(layout: layout, account: account).run()
        }
        state = .starting
        let installation = try Installation.choose(data: try dataVersion())
        try await Orphan.stop(layout)
        ServerLog.rotate(layout.log)
        let server = try Server(layout: layout, account: account, installation: installation, memory: memory)
        do {
            try await server.waitUntilReady()
        } catch {
            await server.stop()
            throw error
        }
        self.server = server
        state = .running
        return server
    }

    private func makeRoot() throws(ClusterError) {
        do {
            // Others may pass through: the server's account has to.
            try FileManager.default.createDirectory(
                atPath: layout.root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw .folder(path: layout.root, reason: "it cannot be made")
        }
        guard access(layout.root, W_OK | X_OK) == 0 else {
            throw .folder(path: layout.root, reason: systemReason())
        }
    }

    private func dataVersion() throws(ClusterError) -> Int {
        guard let data = FileManager.default.contents(atPath: layout.versionFile),
            let version = Int(String(decoding: data, as: UTF8.self).prefix { $0.isNumber })
        else { throw .notADatabase(path: layout.database) }
        return version
    }
}
