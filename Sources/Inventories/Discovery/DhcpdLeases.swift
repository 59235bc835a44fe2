import Domain
import FoundationEssentials

/// dhcpd.leases(5): declarations in braces; a lease may come again, and the last one counts.
enum DhcpdLeases {
    static func read(_ text: String, now: Date) throws(DocumentError) -> [FoundHost] {
        guard text.contains("lease ") else { throw DiscoveryFormat.unusable("a file of dhcpd's leases") }
        var (order, leases): ([String], [String: FoundHost]) = ([], [:])
        var lease: (address: String, fields: [String: String])?
        for raw in text.split(whereSeparator: \.isNewline) {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("lease "), line.hasSuffix("{") {
                let words = line.split(separator: " ")
                lease = words.count == 3 ? IPAddress.canonical(String(words[1])).map { ($0, [:]) } : nil
            } else if line.hasPrefix("}") {
                guard let (address, fields) = lease else { continue }
                lease = nil
                let host = host(address, fields, now)
                if host != nil, leases[address] == nil { order.append(address) }
                leases[address] = host
            } else if lease != nil {
                let words = line.split(separator: " ", maxSplits: 1).map(String.init)
                guard words.count == 2 else { continue }
                let value = words[1].hasSuffix(";") ? String(words[1].dropLast()) : words[1]
                lease?.fields[words[0]] = value
            }
        }
        return order.compactMap { leases[$0] }
    }

    private static func host(_ address: String, _ fields: [String: String], _ now: Date) -> FoundHost? {
        guard fields["binding"].map({ $0 == "state active" }) ?? true else { return nil }
        if let ends = fields["ends"], let date = date(ends), date <= now { return nil }
        let mac = fields["hardware"].flatMap { hardware in
            MACAddress.canonical(hardware.split(separator: " ").last.map(String.init) ?? "")
        }
        let name = fields["client-hostname"].map { $0.filter { $0 != "\"" } }
        return FoundHost(hostname: name.flatMap { $0.isEmpty ? nil : $0 }, mac: mac, addresses: [address])
    }

    /// `4 2026/03/01 12:00:00`, in UTC, or `never`, or `epoch 1767268800; # …`; nil for what does not end.
    private static func date(_ text: String) -> Date? {
        let words = text.split { $0 == " " || $0 == ";" }.map(String.init)
        if words.first == "epoch", words.count > 1 { return Double(words[1]).map { Date(timeIntervalSince1970: $0) } }
        guard words.count >= 3 else { return nil }
        return RFC3339.date("\(words[1].replacing("/", with: "-"))T\(words[2])Z")
    }
}
