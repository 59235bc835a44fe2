import FoundationEssentials
import Glibc

/// An installed PostgreSQL server.
package struct Installation: Sendable, Equatable {
    /// The folder of `postgres` and `initdb`.
    package let binaries: String
    package let version: Int

    static let oldestVersion = 15

    /// The installed version that can serve the data: the same major version, or the newest for a new
    /// database.
    /// - Parameter data: major version of existing data, nil when there is none.
    package static func choose(
        among found: [Installation] = all(), data: Int?
    ) throws(ClusterError) -> Installation {
        let usable = found.filter { $0.version >= oldestVersion }
        guard let newest = usable.max(by: { $0.version < $1.version }) else {
            guard let old = found.map(\.version).max() else { throw .notInstalled }
            throw .tooOld(version: old)
        }
        guard let data else { return newest }
        guard let same = usable.first(where: { $0.version == data }) else {
            throw .versionMismatch(data: data, installed: found.map(\.version).sorted())
        }
        return same
    }

    /// Those of Debian's and Red Hat's packages, and that of `GARRISON_POSTGRES_BIN`, which comes first.
    package static func all() -> [Installation] {
        let named = getenv("GARRISON_POSTGRES_BIN").map { String(cString: $0) }
        let folders =
            [named].compactMap { $0 } + packaged(under: "/usr/lib/postgresql", prefix: "")
            + packaged(under: "/usr", prefix: "pgsql-")
        return folders.compactMap(Installation.init)
    }

    /// Nil unless the folder has a server and initdb.
    init?(binaries: String) {
        guard access("\(binaries)/postgres", X_OK) == 0, access("\(binaries)/initdb", X_OK) == 0,
            let version = Self.version(of: binaries)
        else { return nil }
        self.init(binaries: binaries, version: version)
    }

    package init(binaries: String, version: Int) {
        self.binaries = binaries
        self.version = version
    }

    private static func packaged(under root: String, prefix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasPrefix(prefix) && Int($0.dropFirst(prefix.count)) != nil }
            .map { "\(root)/\($0)/bin" }
    }

    /// From the folder's name, as packages have it; else by asking the server.
    private static func version(of binaries: String) -> Int? {
        let parts = binaries.split(separator: "/")
        if parts.last == "bin", let name = parts.dropLast().last {
            let digits = name.hasPrefix("pgsql-") ? name.dropFirst(6) : name
            if let version = Int(digits) { return version }
        }
        guard let answer = ChildProcess.output(of: ["\(binaries)/postgres", "--version"]) else { return nil }
        return answer.split { !$0.isNumber }.first.flatMap { Int($0) }
    }
}
