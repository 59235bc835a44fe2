import Domain
import Glibc

/// One life of the PostgreSQL server, from its start to its end.
struct Server: Sendable {
    let process: ChildProcess
    let socketFolder: String
    private let layout: ClusterLayout
    private let logStart: Int
    private let gates: [FolderGate]

    /// Starts it; `waitUntilReady` follows.
    /// - Parameter memory: the bytes of main memory that its settings follow.
    init(
        layout: ClusterLayout, account: ServerAccount, installation: Installation, memory: Int
    ) throws(ClusterError) {
        self.layout = layout
        socketFolder = layout.socketFolder()
        guard ClusterLayout.fits(socketFolder) else { throw .socketPathTooLong(path: socketFolder) }
        try account.makePrivateFolder(socketFolder)
        let data = try FolderGate(layout.database, for: account, number: 1000)
        let socket = try FolderGate(socketFolder, for: account, number: 1001)
        gates = [data, socket]
        logStart = ServerLog.end(layout.log)
        let settings = ServerSettings(socketFolder: socket.path, memory: memory)
        process = try ChildProcess(
            account.prefix + ["\(installation.binaries)/postgres", "-D", data.path] + settings.arguments,
            log: layout.log, descriptors: data.inherited + socket.inherited)
    }

    /// Recovery after a crash may take long, so there is no deadline: either it becomes ready, or it ends.
    /// - Throws: `ClusterError.startFailed`, `CancellationError`.
    func waitUntilReady() async throws {
        while true {
            if process.exitCode != nil {
                throw ClusterError.startFailed(log: ServerLog.tail(layout.log, from: logStart))
            }
            if let file = PostmasterFile.read(layout), file.pid == process.pid, file.isReady { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// SIGINT, the fast shutdown: sessions are ended, everything is written. Where that does not come to
    /// an end, SIGQUIT: the next start recovers.
    func stop() async {
        process.signal(SIGINT)
        let escalation = Task {
            try await Task.sleep(for: .seconds(60))
            process.signal(SIGQUIT)
            try await Task.sleep(for: .seconds(10))
            process.signal(SIGKILL)
        }
        _ = await process.wait()
        escalation.cancel()
    }
}
