import Domain

/// login.defs(5), as `login_defs.NAME` in lower case.
enum LoginDefinitions {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [String: String] {
        let path = "etc/login.defs"
        let text: String
        do { text = try root.text(path) } catch {
            notes.append(CollectionNote(item: "settings.login_defs", reason: error.sentence(path)))
            return [:]
        }
        var settings: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, names.contains(String(words[0])) else { continue }
            settings["login_defs.\(words[0].lowercased())"] = String(words[1])
        }
        return settings
    }

    private static let names: Set<String> = [
        "ENCRYPT_METHOD", "LOGIN_RETRIES", "LOGIN_TIMEOUT", "PASS_MAX_DAYS", "PASS_MIN_DAYS", "PASS_MIN_LEN",
        "PASS_WARN_AGE", "SHA_CRYPT_MIN_ROUNDS", "UMASK",
    ]
}
