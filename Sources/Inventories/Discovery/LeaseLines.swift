import Domain
import FoundationEssentials

/// Leases that stand on a line each.
enum LeaseLines {
    /// dnsmasq: `EXPIRY MAC ADDRESS HOSTNAME CLIENT-ID`; EXPIRY 0 does not end, `*` stands for nothing.
    static func dnsmasq(_ text: String, now: Date) throws(DocumentError) -> [FoundHost] {
        var (hosts, isKnown) = ([FoundHost](), false)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            // IPv6 leases stand behind the server's DUID, without MAC addresses.
            if words.first == "duid" { break }
            guard words.count >= 4, let expiry = Double(words[0]), let address = IPAddress.canonical(words[2]) else {
                continue
            }
            isKnown = true
            guard expiry == 0 || Date(timeIntervalSince1970: expiry) > now else { continue }
            hosts.append(
                FoundHost(
                    hostname: words[3] == "*" ? nil : words[3], mac: MACAddress.canonical(words[1]),
                    addresses: [address]))
        }
        guard isKnown else { throw DiscoveryFormat.unusable("a file of dnsmasq's leases") }
        return hosts
    }

    /// Kea: CSV with a header: `address,hwaddr,client_id,valid_lifetime,expire,…,hostname,state,…`; a lease may come again,
    /// and the last one counts.
    static func kea(_ text: String, now: Date) throws(DocumentError) -> [FoundHost] {
        let lines = text.split(whereSeparator: \.isNewline)
        let names = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        guard let address = names.firstIndex(of: "address"), let hardware = names.firstIndex(of: "hwaddr"),
            let expire = names.firstIndex(of: "expire"), let hostname = names.firstIndex(of: "hostname"),
            let state = names.firstIndex(of: "state")
        else { throw DiscoveryFormat.unusable("Kea's memory file of IPv4 leases, whose header names its columns") }
        var leases: [String: FoundHost] = [:]
        var order: [String] = []
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= names.count, let lease = IPAddress.canonical(fields[address]) else { continue }
            let isOver = (Double(fields[expire]).map { Date(timeIntervalSince1970: $0) <= now } ?? true)
            guard fields[state] == "0", !isOver else {
                leases[lease] = nil
                continue
            }
            // Commas in names are written as &#x2c.
            let name = fields[hostname].replacing("&#x2c", with: ",")
            if leases[lease] == nil { order.append(lease) }
            leases[lease] = FoundHost(
                hostname: name.isEmpty ? nil : name.hasSuffix(".") ? String(name.dropLast()) : name,
                mac: MACAddress.canonical(fields[hardware]), addresses: [lease])
        }
        return order.compactMap { leases[$0] }
    }
}
