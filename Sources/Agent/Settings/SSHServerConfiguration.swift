import Domain
import Glibc

/// sshd_config(5), as `sshd.KEYWORD` in snake case: the global section only, the first value of a
/// keyword counts, `Include` is followed, `Match` blocks are left out.
struct SSHServerConfiguration {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [String: String] {
        var configuration = SSHServerConfiguration(root: root)
        configuration.read("etc/ssh/sshd_config", depth: 0)
        notes += configuration.notes
        return configuration.settings
    }

    private let root: ExaminedRoot
    private var settings: [String: String] = [:]
    private var notes: [CollectionNote] = []
    /// Files that include each other would otherwise multiply at each of sixteen levels.
    private var filesLeft = 256

    private init(root: ExaminedRoot) { self.root = root }

    private mutating func read(_ path: String, depth: Int) {
        guard filesLeft > 0 else { return }
        filesLeft -= 1
        let text: String
        do { text = try root.text(path) } catch {
            notes.append(CollectionNote(item: "settings.sshd", reason: error.sentence(path)))
            return
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = Self.words(line)
            guard let keyword = words.first?.lowercased(), words.count > 1 else { continue }
            if keyword == "match" { return }
            if keyword == "include" {
                // sshd itself stops at sixteen levels.
                if depth < 16 { for pattern in words.dropFirst() { include(pattern, depth: depth) } }
            } else if let name = Self.names[keyword], settings["sshd.\(name)"] == nil {
                settings["sshd.\(name)"] = words.dropFirst().joined(separator: " ")
            }
        }
    }

    private mutating func include(_ pattern: String, depth: Int) {
        let absolute = pattern.hasPrefix("/") ? String(pattern.dropFirst()) : "etc/ssh/" + pattern
        let parts = absolute.split(separator: "/").map(String.init)
        guard let last = parts.last else { return }
        let folder = parts.dropLast().joined(separator: "/")
        for name in (try? root.names(in: folder)) ?? [] where fnmatch(last, name, FNM_PERIOD) == 0 {
            read("\(folder)/\(name)", depth: depth + 1)
        }
    }

    /// Words separated by blanks, with one `=` allowed behind the keyword; double quotes group, `#`
    /// begins a comment.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            let isSeparator = character == " " || character == "\t" || (words.isEmpty && character == "=")
            if character == "\"" {
                isQuoted.toggle()
            } else if isQuoted || !isSeparator && character != "#" {
                word.append(character)
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
                if character == "#" { break }
            }
        }
        if !word.isEmpty { words.append(word) }
        if words.count > 1, words[1] == "=" { words.remove(at: 1) }
        return words
    }

    private static let names: [String: String] = [
        "allowgroups": "allow_groups", "allowtcpforwarding": "allow_tcp_forwarding", "allowusers": "allow_users",
        "banner": "banner", "ciphers": "ciphers", "clientalivecountmax": "client_alive_count_max",
        "clientaliveinterval": "client_alive_interval", "denygroups": "deny_groups", "denyusers": "deny_users",
        "hostbasedauthentication": "hostbased_authentication", "ignorerhosts": "ignore_rhosts",
        "kexalgorithms": "kex_algorithms", "logingracetime": "login_grace_time", "loglevel": "log_level",
        "macs": "macs", "maxauthtries": "max_auth_tries", "maxsessions": "max_sessions",
        "maxstartups": "max_startups", "passwordauthentication": "password_authentication",
        "permitemptypasswords": "permit_empty_passwords", "permitrootlogin": "permit_root_login",
        "permituserenvironment": "permit_user_environment", "pubkeyauthentication": "pubkey_authentication",
        "usepam": "use_pam", "x11forwarding": "x11_forwarding",
    ]
}
