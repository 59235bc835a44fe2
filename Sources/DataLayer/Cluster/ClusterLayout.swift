import Glibc

/// Where the parts of a private cluster lie under Garrison's data directory.
package struct ClusterLayout: Sendable {
    /// Absolute, without a trailing slash.
    package let root: String

    package init(dataDirectory: String) {
        var path = dataDirectory
        if !path.hasPrefix("/") { path = "\(Self.currentFolder())/\(path)" }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        root = path
    }

    /// PostgreSQL's own data directory.
    var database: String { "\(root)/postgres" }
    /// Where it is made, so that a half-made one is never taken for a database.
    var unfinished: String { "\(root)/postgres.new" }
    var log: String { "\(root)/postgres.log" }
    var lock: String { "\(root)/garrison.lock" }
    var postmasterFile: String { "\(database)/postmaster.pid" }
    var versionFile: String { "\(database)/PG_VERSION" }

    static let port = 5432

    /// `run` under the data directory, or a folder of a short name where that path would be too long.
    package func socketFolder(temporary: String = "/tmp") -> String {
        let usual = "\(root)/run"
        return Self.fits(usual) ? usual : "\(temporary)/garrison-\(geteuid())-\(digest)"
    }

    /// sockaddr_un has 108 bytes, the last one zero.
    package static func fits(_ folder: String) -> Bool { "\(folder)/.s.PGSQL.\(port)".utf8.count <= 107 }

    /// FNV-1a of the data directory's path.
    private var digest: String {
        let hash = root.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    private static func currentFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }

    /// A libpq connection string to the server whose socket is in `folder`.
    package static func connectionString(socketFolder folder: String) -> String {
        var quoted = ""
        for character in folder {
            if character == "\\" || character == "'" { quoted.append("\\") }
            quoted.append(character)
        }
        return "host='\(quoted)' port=\(port) user=\(role) dbname=\(databaseName)"
    }

    /// The superuser of the private cluster, owner of the schema.
    static let role = "garrison"
    static let databaseName = "garrison"
}
