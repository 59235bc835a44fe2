import Cluster
import FoundationEssentials
import Glibc

/// One of PostgreSQL's client programs: `pg_dump` or `pg_restore`.
struct ClientProgram {
    let path: String

    /// That of the newest PostgreSQL installed, which reads every older server; else the first in PATH.
    /// - Throws: `CommandError.problem` when there is none.
    init(_ name: String) throws(CommandError) {
        let installed = Installation.all().sorted { $0.version > $1.version }.map { "\($0.binaries)/\(name)" }
        let others = (environment("PATH") ?? "").split(separator: ":").map { "\($0)/\(name)" }
        guard let path = (installed + others).first(where: { access($0, X_OK) == 0 }) else {
            throw .problem("\(name) is not installed. Run `apt-get install postgresql-client`.")
        }
        self.path = path
    }

    /// Runs it to its end; what it complains about goes to standard error.
    /// - Throws: `CommandError.problem` when it fails.
    func run(_ arguments: [String], on server: ServerAddress) throws(CommandError) {
        var variables = ProcessInfo.processInfo.environment
        variables["PGPASSWORD"] = server.password ?? variables["PGPASSWORD"]
        let code = Self.spawn([path, "--dbname=\(server.text)"] + arguments, variables)
        guard code == 0 else {
            throw .problem("\(path) failed (exit code \(code)); what it says stands above.")
        }
    }

    private static func spawn(_ arguments: [String], _ variables: [String: String]) -> Int32 {
        let words = arguments.map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var process = pid_t()
        let code = posix_spawn(&process, arguments[0], nil, nil, words, settings)
        guard code == 0 else { return code }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}

/// A database's address with its password apart: every user of the machine can read a command line.
struct ServerAddress: Equatable {
    let text: String
    let password: String?

    /// - Parameter url: a libpq connection string, a URL or `keyword=value` pairs.
    init(_ url: String) {
        (text, password) = url.contains("://") ? Self.split(url: url) : Self.split(pairs: url)
    }

    private static func split(url: String) -> (String, String?) {
        guard let scheme = url.range(of: "://") else { return (url, nil) }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return (url, nil)
        }
        let password = String(authority[authority.index(after: colon)..<at])
        return (String(url[..<colon] + url[at...]), password.removingPercentEncoding ?? password)
    }

    private static func split(pairs: String) -> (String, String?) {
        let words = pairs.split(separator: " ")
        guard let secret = words.first(where: { $0.hasPrefix("password=") && !$0.contains("'") }) else {
            return (pairs, nil)
        }
        let rest = words.filter { $0 != secret }.joined(separator: " ")
        return (rest, String(secret.dropFirst("password=".count)))
    }
}
