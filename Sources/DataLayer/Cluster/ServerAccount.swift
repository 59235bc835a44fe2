import Glibc

/// The account that PostgreSQL runs under. It refuses to be root.
struct ServerAccount: Sendable, Equatable {
    let user: uid_t
    let group: gid_t
    let name: String
    /// Whether the process has to change to it.
    let isOther: Bool

    /// Ours; when we are root, the owner of the database there is, else `postgres`, else `nobody`.
    static func choose(for layout: ClusterLayout) throws(ClusterError) -> ServerAccount {
        let owner = fileStatus(layout.database)?.st_uid
        let own = geteuid()
        if own != 0 {
            if let owner, owner != own {
                throw .foreignOwner(path: layout.database, owner: name(of: owner))
            }
            return ServerAccount(user: own, group: getegid(), name: name(of: own), isOther: false)
        }
        if let owner, owner != 0, let entry = getpwuid(owner) {
            return ServerAccount(user: owner, group: entry.pointee.pw_gid, name: name(of: owner), isOther: true)
        }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return ServerAccount(
                    user: entry.pointee.pw_uid, group: entry.pointee.pw_gid, name: name, isOther: true)
            }
        }
        throw .cannotStart(program: "PostgreSQL", reason: "it refuses to run as root, and there is no user postgres")
    }

    /// The words that run a command under this account, in the same process.
    var prefix: [String] {
        isOther ? ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"] : []
    }

    /// Whether the account can reach what is in a folder: search permission on it and all above.
    func canTraverse(_ folder: String) -> Bool {
        var path = folder
        while true {
            guard let status = fileStatus(path) else { return false }
            let bit: mode_t = status.st_uid == user ? 0o100 : status.st_gid == group ? 0o010 : 0o001
            if status.st_mode & bit == 0 { return false }
            guard path != "/", let slash = path.lastIndex(of: "/") else { return true }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }

    /// Makes a folder of its own that nobody else may enter, or adopts one that is.
    func makePrivateFolder(_ path: String) throws(ClusterError) {
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw .folder(path: path, reason: systemReason())
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .folder(path: path, reason: "it is not a folder")
        }
        // In /tmp somebody else could have made it first.
        guard status.st_uid == user || status.st_uid == geteuid() else {
            throw .folder(path: path, reason: "it belongs to \(Self.name(of: status.st_uid))")
        }
        guard (!isOther || chown(path, user, group) == 0), chmod(path, 0o700) == 0 else {
            throw .folder(path: path, reason: systemReason())
        }
    }

    private static func name(of user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
    }
}
