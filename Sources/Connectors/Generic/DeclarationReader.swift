import Domain
import FoundationEssentials
import Yams

/// Reads declarations, and refuses by line and field what cannot be.
package enum DeclarationReader {
    /// Bytes of a declaration.
    package static let largest = 65_536
    private static let deepest = 32
    /// What a connection or another part of a request decides.
    private static let reservedHeaders: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "cookie", "authorization",
        "proxy-authorization",
    ]

    package static func read(_ written: String) throws(DeclarationError) -> Declaration {
        // Forms send lines with a carriage return.
        let text = written.replacing("\r\n", with: "\n")
        guard text.utf8.count <= largest else {
            throw DeclarationError(line: nil, field: "", reason: "must have at most \(largest / 1024) KiB")
        }
        try refuseTricks(text)
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch {
            throw malformed(error)
        }
        guard let node else { throw DeclarationError(line: nil, field: "", reason: "is empty") }
        return try declaration(DeclarationNode(node: node, field: ""))
    }

    private static func declaration(_ node: DeclarationNode) throws(DeclarationError) -> Declaration {
        let map = try node.map(
            "name", "base_url", "auth", "headers", "requests_per_minute", "errors", "streams", "actions")
        // In the order of the documentation, so that what is wrong is told from the top.
        let name = try map.required("name").filledText()
        let base = try map["base_url"].map(origin)
        let auth = try map["auth"].map(authentication) ?? Declaration.Authentication.none
        let headers = try map["headers"].map(self.headers) ?? []
        let limit = try map["requests_per_minute"]?.number(in: 1...1_000_000)
        let reason = try map["errors"]?.path()
        return Declaration(
            name: name, base: base, auth: auth, headers: headers, requestsPerMinute: limit ?? 300, reason: reason,
            streams: try streams(try map.required("streams")), actions: try map["actions"].map(actions) ?? [:])
    }

    private static func streams(_ node: DeclarationNode) throws(DeclarationError) -> [Declaration.Stream] {
        var streams: [Declaration.Stream] = []
        for (name, value) in try node.entries() {
            guard let stream = ConnectorStream(rawValue: name) else {
                let known = ConnectorStream.allCases.map(\.rawValue).joined(separator: ", ")
                throw value.error("is no stream; streams are \(known)")
            }
            streams.append(try self.stream(value, stream))
        }
        guard !streams.isEmpty else { throw node.error("needs at least one stream") }
        let order = ConnectorStream.allCases
        return streams.sorted { (order.firstIndex(of: $0.stream) ?? 0) < (order.firstIndex(of: $1.stream) ?? 0) }
    }

    /// An address without a path: paths belong to the requests.
    static func origin(_ node: DeclarationNode) throws(DeclarationError) -> VendorOrigin {
        let text = try node.text()
        guard let origin = VendorOrigin(text) else {
            throw node.error("must be of the form https://HOST; without TLS only this machine can be reached")
        }
        guard let url = URL(string: text), ["", "/"].contains(url.path()), url.query() == nil else {
            throw node.error("must end behind the host; a path belongs to the paths of the requests")
        }
        return origin
    }

    private static func headers(_ node: DeclarationNode) throws(DeclarationError) -> [(String, String)] {
        var headers: [(String, String)] = []
        for (name, value) in try node.entries() { headers.append((try header(name, value), try value.text())) }
        return headers
    }

    static func header(_ name: String, _ node: DeclarationNode) throws(DeclarationError) -> String {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
            }
        guard isToken, name.utf8.count <= 64 else { throw node.error("is no name of a header") }
        guard !reservedHeaders.contains(name.lowercased()) else {
            throw node.error("cannot be set here; see auth for how requests say who they are from")
        }
        return name
    }

    private static func authentication(_ node: DeclarationNode) throws(DeclarationError) -> Declaration.Authentication {
        enum Kind: String, CaseIterable { case none, bearer, basic, header, oauth2 }
        let map = try node.map("type", "header", "prefix", "token_url", "scope")
        let kind = try map.required("type").word(Kind.self)
        let fitting: [Kind: [String]] = [.header: ["header", "prefix"], .oauth2: ["token_url", "scope"]]
        for (name, value) in map.values where name != "type" && fitting[kind]?.contains(name) != true {
            throw value.error("has no meaning for the type \(kind.rawValue)")
        }
        switch kind {
        case .none: return .none
        case .bearer: return .bearer
        case .basic: return .basic
        case .header:
            let name = try map.required("header")
            return .header(try header(try name.text(), name), prefix: try map["prefix"]?.text() ?? "")
        case .oauth2:
            let address = try map.required("token_url")
            let text = try address.text()
            let scope = try map["scope"]?.text()
            if text.hasPrefix("/") { return .clientCredentials(origin: nil, path: text, scope: scope) }
            guard let url = URL(string: text), let origin = VendorOrigin(text), url.path().hasPrefix("/"),
                url.query() == nil
            else { throw address.error("must be a path, /oauth2/token, or of the form https://HOST/PATH") }
            return .clientCredentials(origin: origin, path: url.path(), scope: scope)
        }
    }

    /// Aliases can make a small text large, and nesting without end a parser run out of stack: no declaration needs
    /// either.
    private static func refuseTricks(_ text: String) throws(DeclarationError) {
        var depth = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            func refuse(_ reason: String) -> DeclarationError {
                DeclarationError(line: index + 1, field: "", reason: reason)
            }
            if line.firstMatch(of: /(^|[\s\[\{,:-])[&*][A-Za-z0-9_]/) != nil {
                throw refuse("holds an anchor or an alias: write it out, or put the text into quotes")
            }
            var markers = 0
            var before: Character = " "
            for character in line {
                switch character {
                case "[", "{": depth += 1
                case "]", "}": depth = max(0, depth - 1)
                case " ", "\t": if before == "-" || before == "?" || before == ":" { markers += 1 }
                default: break
                }
                before = character
                guard depth <= deepest, markers <= 256 else { throw refuse("is nested too deeply") }
            }
        }
    }

    private static func malformed(_ error: any Error) -> DeclarationError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            DeclarationError(line: mark.line, field: "", reason: "is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            DeclarationError(
                line: context.mark.line, field: "", reason: "says “\(duplicates.first ?? "")” twice")
        default: DeclarationError(line: nil, field: "", reason: "is no YAML")
        }
    }
}
