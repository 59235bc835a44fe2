import HTTPTypes

/// What a request brings along to prove who sent it.
enum Credentials: Equatable {
    case none
    case bearer(String)
    case session(String)

    /// A header wins over a cookie: whoever sends one means it.
    init(_ fields: HTTPFields, cookieName: String) {
        if let header = fields[.authorization] {
            self = Self.bearer(in: header)
        } else if let cookie = fields[.cookie], let value = Self.cookie(cookieName, in: cookie) {
            self = .session(value)
        } else {
            self = .none
        }
    }

    /// RFC 6750 section 2.1. Other schemes are credentials that are not valid here.
    private static func bearer(in header: String) -> Credentials {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return .bearer("") }
        return .bearer(String(parts[1]))
    }

    static func cookie(_ name: String, in header: String) -> String? {
        for pair in header.split(separator: ";") {
            let halves = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if halves.count == 2, halves[0] == name { return String(halves[1]) }
        }
        return nil
    }
}
