import Domain
import FoundationEssentials

/// nmap's XML report (`-oX`): hosts that were up. https://nmap.org/book/nmap-dtd.html
enum NmapReport {
    private struct Draft {
        var isUp = false
        var addresses: [String] = []
        var mac: String?
        var vendor: String?
        var names: [(name: String, isOwn: Bool)] = []
        var system: (family: String, name: String)?
        var seen: Date?
    }

    static func read(_ bytes: [UInt8]) throws(DocumentError) -> [FoundHost] {
        var tokens = XMLTokens(bytes)
        var (hosts, draft, isReport) = ([FoundHost](), Draft?.none, false)
        while let token = try tokens.next() {
            switch token {
            case .start("nmaprun", _): isReport = true
            case .start("host", let attributes):
                draft = Draft()
                draft?.seen = (attributes["endtime"] ?? attributes["starttime"]).flatMap { Double($0) }
                    .map { Date(timeIntervalSince1970: $0) }
            case .start(let name, let attributes) where draft != nil: take(name, attributes, &draft)
            case .end("host"):
                if let host = draft.flatMap(host) { hosts.append(host) }
                draft = nil
            default: break
            }
        }
        guard isReport else { throw DiscoveryFormat.unusable("a report of nmap in XML (-oX)") }
        return hosts
    }

    private static func take(_ name: String, _ attributes: [String: String], _ draft: inout Draft?) {
        switch name {
        case "status": draft?.isUp = attributes["state"] == "up"
        case "address":
            if attributes["addrtype"] == "mac" {
                draft?.mac = attributes["addr"].flatMap { MACAddress.canonical($0) }
                draft?.vendor = attributes["vendor"]
            } else if let address = attributes["addr"].flatMap({ IPAddress.canonical($0) }) {
                draft?.addresses.append(address)
            }
        case "hostname":
            // `user` is what was asked for; `PTR` is what the network calls it.
            if let name = attributes["name"], IPAddress.canonical(name) == nil {
                draft?.names.append((name, attributes["type"] == "PTR"))
            }
        case "osclass":
            // Guesses come in the order of their accuracy; less than 90 is no more than a guess.
            if draft?.system == nil, (attributes["accuracy"].flatMap { Int($0) } ?? 0) >= 90,
                let family = attributes["osfamily"]
            {
                draft?.system = (family, [family, attributes["osgen"]].compactMap { $0 }.joined(separator: " "))
            }
        default: break
        }
    }

    private static func host(_ draft: Draft) -> FoundHost? {
        guard draft.isUp, !draft.addresses.isEmpty || draft.mac != nil else { return nil }
        let name = draft.names.first { $0.isOwn } ?? draft.names.first
        return FoundHost(
            hostname: name?.name, mac: draft.mac, addresses: draft.addresses, os: draft.system.map(system),
            vendor: draft.vendor, lastSeen: draft.seen)
    }

    /// A family, and no version that anything could be concluded from.
    private static func system(_ system: (family: String, name: String)) -> OperatingSystem {
        let type: String =
            switch system.family {
            case "Windows": "windows"
            case "Linux": "linux"
            case "macOS", "Mac OS X", "OS X": "macos"
            default: "unknown"
            }
        return OperatingSystem(type: type, id: type, name: system.name, version: "")
    }
}
