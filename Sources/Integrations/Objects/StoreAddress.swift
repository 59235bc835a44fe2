import FoundationEssentials

/// `OBJECT_STORE_URL`, taken apart: `scheme://name/prefix?option=value`.
struct StoreAddress: Sendable {
    let scheme: String
    /// The bucket or container; empty for a folder.
    let name: String
    /// What comes before each key: empty, or with a slash at its end. Of a folder: its path.
    let prefix: String
    private let options: [String: String]

    static let variable = "OBJECT_STORE_URL"

    static func defect(_ reason: String) -> ObjectError { .setting(name: variable, reason: reason) }

    /// - Parameter known: the options of each scheme.
    /// - Throws: `ObjectError.setting`. The text itself is in no error: it may hold a secret that belongs elsewhere.
    init(_ text: String, known: [String: Set<String>]) throws(ObjectError) {
        guard let colon = text.firstRange(of: "://") else {
            throw Self.defect("it is not of the form s3://…, azblob://…, gs://… or file://…")
        }
        scheme = text[..<colon.lowerBound].lowercased()
        guard let allowed = known[scheme] else {
            throw Self.defect("“\(scheme)” is none of s3, azblob, gs and file")
        }
        let rest = text[colon.upperBound...]
        let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PercentEncoding.decode(parts[0]),
            let path = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
        else { throw Self.defect("a percent sign in it begins no byte") }
        if name.contains("@") || name.contains(":") {
            throw Self.defect("it names an account or a port. Credentials belong into the environment")
        }
        self.name = name
        if scheme == "file" {
            guard name.isEmpty || name == "localhost", !path.isEmpty else {
                throw Self.defect("file:// needs an absolute path, as in file:///var/lib/garrison/objects")
            }
            prefix = "/" + path
        } else {
            guard !name.isEmpty else { throw Self.defect("it names no bucket") }
            let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
            if !trimmed.isEmpty {
                do { _ = try ObjectKey(trimmed) } catch {
                    throw Self.defect("its path cannot begin the name of an object")
                }
            }
            prefix = trimmed.isEmpty ? "" : trimmed + "/"
        }
        options = try Self.options(halves.count > 1 ? halves[1] : "", allowed)
    }

    private static func options(_ text: Substring, _ allowed: Set<String>) throws(ObjectError) -> [String: String] {
        var options: [String: String] = [:]
        for item in text.split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(halves[0]),
                let value = PercentEncoding.decode(halves.count > 1 ? halves[1] : "")
            else { throw defect("a percent sign in it begins no byte") }
            guard allowed.contains(name) else {
                throw defect("it has no option “\(name)”. The options are \(allowed.sorted().joined(separator: ", "))")
            }
            options[name] = value
        }
        return options
    }

    func option(_ name: String) -> String? { options[name].flatMap { $0.isEmpty ? nil : $0 } }

    func flag(_ name: String) throws(ObjectError) -> Bool? {
        switch option(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw Self.defect("\(name) is neither true nor false")
        }
    }

    /// Bytes of one part, of a number of mebibytes.
    func partSize(_ allowed: ClosedRange<Int>) throws(ObjectError) -> Int? {
        guard let text = option("part_size") else { return nil }
        guard let number = Int(text), allowed.contains(number) else {
            throw Self.defect("part_size is no number of MiB from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number << 20
    }

    /// `scheme://host[:port]` of an endpoint, and its path, which only Azure's may have.
    static func endpoint(_ text: String) throws(ObjectError) -> (origin: String, path: String) {
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host(), !host.isEmpty, url.user() == nil, url.query == nil
        else { throw defect("an endpoint is not of the form https://HOST[:PORT]") }
        // A usual port is not said in the header that is signed.
        let port = url.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" } ?? ""
        let path = url.path()
        return ("\(scheme)://\(host)\(port)", path.hasSuffix("/") ? String(path.dropLast()) : path)
    }

    static func origin(_ text: String) throws(ObjectError) -> String {
        let (origin, path) = try endpoint(text)
        guard path.isEmpty else { throw defect("an endpoint has a path") }
        return origin
    }
}
