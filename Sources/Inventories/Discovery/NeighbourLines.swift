import Domain

/// Neighbour tables as programs print them.
enum NeighbourLines {
    /// `10.0.0.7 dev eth0 lladdr 00:1b:… REACHABLE`, `? (10.0.0.7) at 00:1b:… [ether] on eth0`, or a line of
    /// proc(5)'s net/arp. What failed and what is not complete is no host.
    static func read(_ text: String) throws(DocumentError) -> [FoundHost] {
        var (hosts, isKnown) = ([FoundHost](), false)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.first == "IP", words.contains("HW") {
                isKnown = true
                continue
            }
            let found = words.compactMap { word in
                IPAddress.canonical(
                    word.hasPrefix("(") && word.hasSuffix(")") ? String(word.dropFirst().dropLast()) : word)
            }.first
            guard let address = found else { continue }
            isKnown = true
            guard !words.contains("FAILED"), !words.contains("INCOMPLETE"), !words.contains("0x0"),
                let mac = words.compactMap({ MACAddress.canonical($0) }).first, mac != "00:00:00:00:00:00"
            else { continue }
            // arp prints the name in front of the address, or a question mark.
            let name = words[0].contains("?") || IPAddress.canonical(words[0]) != nil ? nil : words[0]
            hosts.append(FoundHost(hostname: name, mac: mac, addresses: [address]))
        }
        guard isKnown else { throw DiscoveryFormat.unusable("a table of neighbours as ip or arp print it") }
        return hosts
    }
}
