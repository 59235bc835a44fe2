import Cluster
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// The states a cluster went through, and a way to wait for one.
private final class Observer: Sendable {
    let states = Mutex<[ClusterState]>([])
    let stream: AsyncStream<ClusterState>
    private let continuation: AsyncStream<ClusterState>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func record(_ state: ClusterState) {
        states.withLock { $0.append(state) }
        continuation.yield(state)
    }

    /// Waits until `state` is reported for the `count`th time.
    func wait(for state: ClusterState, count: Int) async {
        var seen = 0
        for await reported in stream where reported == state {
            seen += 1
            if seen == count { return }
        }
    }
}

@Suite("The private PostgreSQL")
struct LifecycleTests {
    @Test("the first start makes a database, and the next one finds what was stored")
    func startsTwice() async throws {
        let scratch = try await ScratchCluster(isMade: false)
        defer { scratch.remove() }
        // What a first start that was killed leaves behind.
        try FileManager.default.createDirectory(
            atPath: "\(scratch.data)/postgres.new/base", withIntermediateDirectories: true)
        let observer = Observer()
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start { observer.record($0) }
        #expect(observer.states.withLock { $0 } == [.initialising, .starting, .running])
        _ = try await scratch.query(url, "CREATE TABLE kept (word text)")
        _ = try await scratch.query(url, "INSERT INTO kept VALUES ('still here')")
        await cluster.stop()
        #expect(await cluster.state == .stopped)
        #expect(scratch.postmaster == nil)

        let second = try await cluster.start()
        #expect(try await scratch.query(second, "SELECT word FROM kept") == "still here")
        await cluster.stop()
    }

    @Test("a command finds the running server, and none when it is stopped")
    func isFound() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        #expect(try PrivateCluster.connectionString(ofRunning: scratch.data) == nil)
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start()
        #expect(try PrivateCluster.connectionString(ofRunning: scratch.data) == url)
        await cluster.stop()
        #expect(try PrivateCluster.connectionString(ofRunning: scratch.data) == nil)
    }

    @Test("a server that is killed is started again, and committed rows are there")
    func restarts() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let observer = Observer()
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start { observer.record($0) }
        _ = try await scratch.query(url, "CREATE TABLE kept AS SELECT 'committed' AS word")
        let killed = try #require(scratch.postmaster)
        kill(killed, SIGKILL)
        await observer.wait(for: .running, count: 2)
        #expect(scratch.postmaster != killed)
        #expect(
            observer.states.withLock { $0 }.contains(.restarting(attempt: 1, reason: "it ended with status 137")))
        #expect(try await scratch.query(url, "SELECT word FROM kept") == "committed")
        await cluster.stop()
    }

    @Test("a server left behind by a killed garrison is stopped, and a new one takes over")
    func replacesOrphan() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let binaries = try Installation.choose(data: nil).binaries
        // A data directory closed to the server's account needs no help here: the orphan gets its own way in.
        chmod(scratch.folder, 0o755)
        let change = geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : ""
        try ScratchCluster.run(
            """
            cd / && \(change) \(binaries)/pg_ctl -D '\(scratch.data)/postgres' -w -t 600 -s -l '\(scratch.data)/postgres/orphan.log' \
            -o "-k '\(scratch.data)/run' -c listen_addresses=''" start >/dev/null \
            || { cat '\(scratch.data)/postgres/orphan.log' >&2; false; }
            """)
        let orphan = try #require(scratch.postmaster)
        #expect(try PrivateCluster.connectionString(ofRunning: scratch.data) != nil)
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start()
        #expect(scratch.postmaster != orphan)
        #expect(try await scratch.query(url, "SELECT 'ready'") == "ready")
        await cluster.stop()
    }

    @Test("an old postmaster.pid that names some other process is in nobody's way")
    func ignoresStaleFile() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let text = "\(getpid())\n\(scratch.data)/postgres\n1700000000\n5432\n/nowhere\n\n1 1\nready   \n"
        try Data(text.utf8).write(to: URL(filePath: "\(scratch.data)/postgres/postmaster.pid"))
        #expect(try PrivateCluster.connectionString(ofRunning: scratch.data) == nil)
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start()
        #expect(try await scratch.query(url, "SELECT 'ready'") == "ready")
        await cluster.stop()
    }

    @Test("stopping ends the sessions that are open")
    func stopsWithClients() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start()
        let sleeper = Task { try await scratch.query(url, "SELECT pg_sleep(600)::text") }
        while try await scratch.query(
            url, "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(6%'") == "0"
        {}
        await cluster.stop()
        await #expect(throws: (any Error).self) { try await sleeper.value }
        #expect(scratch.postmaster == nil)
    }

    @Test("a second garrison on the same data directory is refused")
    func isExclusive() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let first = PrivateCluster(dataDirectory: scratch.data)
        _ = try await first.start()
        let second = PrivateCluster(dataDirectory: scratch.data)
        await #expect(throws: ClusterError.inUse(path: scratch.data, pid: getpid())) { try await second.start() }
        await first.stop()
        _ = try await second.start()
        await second.stop()
    }

    @Test("a data directory whose path is too long for a socket gets one elsewhere")
    func shortensSocketPath() async throws {
        let scratch = try await ScratchCluster(name: "/" + String(repeating: "long", count: 25))
        defer { scratch.remove() }
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let url = try await cluster.start()
        #expect(url.contains("host='/tmp/garrison-\(geteuid())-"))
        #expect(try await scratch.query(url, "SELECT 'ready'") == "ready")
        await cluster.stop()
        rmdir(ClusterLayout(dataDirectory: scratch.data).socketFolder())
    }

    @Test("nobody else may enter the socket's folder or the data")
    func isPrivate() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        _ = try await cluster.start()
        for name in ["run", "postgres"] {
            var status = stat()
            try #require(stat("\(scratch.data)/\(name)", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
        await cluster.stop()
    }
}
