import FoundationEssentials

/// The settings of the private server, in the order of the PostgreSQL documentation. They are given on
/// the command line, so that an old data directory gets new ones too.
struct ServerSettings: Sendable {
    let socketFolder: String
    /// Bytes of main memory.
    let memory: Int

    var arguments: [String] {
        let megabytes = memory >> 20
        let settings = [
            // Only programs that may enter the socket's folder can connect.
            "listen_addresses=",
            "port=\(ClusterLayout.port)",
            "unix_socket_directories=\(quoted(socketFolder))",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "shared_buffers=\(min(max(megabytes / 8, 64), 4096))MB",
            "effective_cache_size=\(max(megabytes / 2, 128))MB",
            "work_mem=16MB",
            "maintenance_work_mem=\(min(max(megabytes / 32, 64), 1024))MB",
            "fsync=on",
            "synchronous_commit=on",
            "wal_compression=on",
            "max_wal_size=2GB",
            "checkpoint_timeout=15min",
            "random_page_cost=1.1",
            // Compiling costs more than it gives for statements of milliseconds.
            "jit=off",
            "cluster_name=garrison",
            "log_destination=stderr",
            "log_line_prefix=%m [%p] ",
            "log_checkpoints=off",
            "log_timezone=UTC",
            "timezone=UTC",
            "lc_messages=C",
            "idle_in_transaction_session_timeout=15min",
        ]
        return settings.flatMap { ["-c", $0] }
    }

    /// A list setting takes a path with a comma or a blank in double quotes.
    private func quoted(_ path: String) -> String { "\"\(path.replacing("\"", with: "\"\""))\"" }

    /// MemTotal of /proc/meminfo, less where a control group allows less; 1 GiB when nothing is known.
    static func systemMemory() -> Int {
        let total = text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
            .flatMap { line in Int(line.filter(\.isNumber)) }.map { $0 << 10 }
        let limit = Int(text("/sys/fs/cgroup/memory.max").filter(\.isNumber))
        return min(total ?? 1 << 30, limit ?? Int.max)
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
