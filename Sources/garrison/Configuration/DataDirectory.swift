import Glibc

/// Where data is kept when nobody says otherwise.
enum DataDirectory {
    static let system = "/var/lib/garrison"

    /// `/var/lib/garrison` for root, else under the user's data home (XDG Base Directory). A user without
    /// a home of his own (a service's account) has to name one; what this gives then cannot be made.
    static var standard: String {
        if geteuid() == 0 { return system }
        if let home = environment("XDG_DATA_HOME"), home.hasPrefix("/") { return "\(home)/garrison" }
        return "\(home)/.local/share/garrison"
    }

    static var home: String {
        if let home = environment("HOME") { return home }
        return getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/nonexistent"
    }
}
