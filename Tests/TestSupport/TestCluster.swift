import FoundationEssentials
import Glibc
import Synchronization

/// A real PostgreSQL of the tests' own: made by initdb in a temporary directory, reached by its Unix
/// socket, stopped and removed when the process ends, in whichever way it ends.
public final class TestCluster: Sendable {
    /// One for the whole test process; ends the process when PostgreSQL cannot be started.
    public static let shared: TestCluster = {
        do {
            return try TestCluster()
        } catch {
            fatalError("tests need PostgreSQL 15 or newer: \(error)")
        }
    }()

    /// Where `psql`, `pgbench` and the server are.
    public let binaries: String
    private let directory: String
    private let postmaster = Mutex<pid_t?>(nil)
    private let databases = Mutex(0)
    /// While this descriptor is open, the watchdog sleeps.
    private let lifeline: Int32

    /// Makes and starts a cluster.
    public init() throws {
        binaries = try Self.findBinaries()
        directory = try Self.makeDirectory()
        lifeline = try Self.startWatchdog(for: directory)
        let initdb = [
            "\(binaries)/initdb", "-D", "\(directory)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        ]
        try ChildProcess.run(Self.unprivileged + initdb, log: "\(directory)/log")
        try start()
        ExitList.add(self)
    }

    /// The connection string of a database, as the superuser.
    public func url(database: String = "postgres") -> String {
        "postgresql:///\(database)?host=\(directory)&user=postgres"
    }

    /// Creates an empty database with a name of its own and gives its connection string.
    public func freshDatabase() throws -> String {
        let name = databases.withLock { count in
            count += 1
            return "test_\(count)"
        }
        try sql("CREATE DATABASE \(name) STRATEGY file_copy")
        return url(database: name)
    }

    /// Runs SQL through psql, apart from everything that is tested.
    public func sql(_ text: String, database: String = "postgres") throws {
        try ChildProcess.run(
            ["\(binaries)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(database: database), "-c", text],
            log: "\(directory)/psql.log")
    }

    /// Starts the server, and returns when it accepts connections.
    public func start() throws {
        let server = [
            "\(binaries)/postgres", "-D", "\(directory)/data", "-k", directory, "-c", "listen_addresses=",
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            "-c", "max_wal_size=2GB", "-c", "shared_buffers=256MB", "-c", "max_connections=120",
        ]
        let child = try ChildProcess.start(Self.unprivileged + server, log: "\(directory)/log")
        postmaster.withLock { $0 = child }
        try "\(child)".write(toFile: "\(directory)/pid", atomically: false, encoding: .utf8)
        while !isReady {
            if let code = ChildProcess.check(child) {
                postmaster.withLock { $0 = nil }
                let log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
                throw ChildProcess.Failure(description: "PostgreSQL ended with \(code):\n\(log)")
            }
            usleep(5_000)
        }
    }

    /// The last line of postmaster.pid says so.
    private var isReady: Bool {
        let status = try? String(contentsOfFile: "\(directory)/data/postmaster.pid", encoding: .utf8)
        return status?.split(separator: "\n").last?.hasPrefix("ready") == true
    }

    public enum Shutdown: Sendable {
        /// Ends sessions and writes everything: SIGINT.
        case fast
        /// Leaves recovery to the next start: SIGQUIT.
        case immediate
    }

    /// Stops the server and waits for its end. Does nothing when it is stopped.
    public func stop(_ shutdown: Shutdown = .fast) {
        let child = postmaster.withLock { child in
            defer { child = nil }
            return child
        }
        guard let child else { return }
        kill(child, shutdown == .fast ? SIGINT : SIGQUIT)
        ChildProcess.wait(child)
    }

    /// Stops the server and removes its files.
    public func remove() {
        stop(.immediate)
        try? FileManager.default.removeItem(atPath: directory)
    }
}

extension TestCluster {
    /// PostgreSQL refuses to run as root.
    private static let unprivileged =
        geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []

    private static func findBinaries() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let usable = versions.compactMap(Int.init).sorted().reversed().map { "\(root)/\($0)/bin" }
        guard let path = usable.first(where: { access("\($0)/initdb", X_OK) == 0 }) else {
            throw ChildProcess.Failure(description: "no initdb under \(root); install the package postgresql")
        }
        return path
    }

    /// Short, because the path of a socket has at most 107 bytes.
    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/garrison-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "mkdtemp: errno \(errno)") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if geteuid() == 0 {
            guard let user = getpwnam("postgres") else {
                throw ChildProcess.Failure(description: "there is no user postgres")
            }
            chown(path, user.pointee.pw_uid, user.pointee.pw_gid)
        }
        chmod(path, 0o755)
        return path
    }

    /// A crashed or killed test process cannot clean up: when its end of the pipe closes, a shell does.
    private static func startWatchdog(for directory: String) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw ChildProcess.Failure(description: "pipe: errno \(errno)")
        }
        let script = """
            trap '' INT TERM HUP; read -r _
            pid=$(cat '\(directory)/pid' 2>/dev/null) && grep -qs postgres "/proc/$pid/comm" && kill -QUIT "$pid"
            sleep 0.3; rm -rf '\(directory)'
            """
        _ = try ChildProcess.start(["sh", "-c", script], log: "/dev/null", input: ends[0])
        close(ends[0])
        return ends[1]
    }
}

/// Clusters to remove when the process exits.
private enum ExitList {
    private static let clusters = Mutex<[TestCluster]>([])
    private static let registration: Void = {
        atexit { ExitList.clusters.withLock { $0 }.forEach { $0.remove() } }
    }()

    static func add(_ cluster: TestCluster) {
        _ = registration
        clusters.withLock { $0.append(cluster) }
    }
}
