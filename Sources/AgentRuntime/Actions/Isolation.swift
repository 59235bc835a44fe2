import Domain
import FoundationEssentials
import Glibc

/// Cuts the machine off from everything but the server, by a table of nftables' own. What other programs have set up is
/// not touched: packets must pass their tables and this one.
package struct Isolation: Sendable {
    /// Addresses of the server, and its port.
    package struct Server: Sendable, Hashable {
        var addresses: [String]
        var port: Int
        /// Its name must be looked up, so name servers stay reachable.
        var isNamed: Bool

        package init(addresses: [String], port: Int, isNamed: Bool) {
            self.addresses = addresses
            self.port = port
            self.isNamed = isNamed
        }
    }

    static let table = "inet garrison_isolation"
    private static let programs = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"]

    /// What nft reads: the whole table at once, so that there is no moment in which half of it is there.
    package static func rules(_ server: Server, resolvers: [String]) -> String {
        let four = server.addresses.filter { !$0.contains(":") }
        let six = server.addresses.filter { $0.contains(":") }
        let (dns4, dns6) = (resolvers.filter { !$0.contains(":") }, resolvers.filter { $0.contains(":") })
        func out(_ family: String, _ addresses: [String], _ ports: String) -> String {
            addresses.isEmpty ? "" : "    \(family) daddr { \(addresses.joined(separator: ", ")) } \(ports) accept\n"
        }
        func back(_ family: String, _ addresses: [String], _ ports: String) -> String {
            addresses.isEmpty
                ? ""
                : "    \(family) saddr { \(addresses.joined(separator: ", ")) } \(ports) ct state established accept\n"
        }
        let named = server.isNamed
        return """
            table \(table)
            delete table \(table)
            table \(table) {
              chain output {
                type filter hook output priority -150; policy drop;
                oifname "lo" accept
            \(out("ip", four, "tcp dport \(server.port)"))\(out("ip6", six, "tcp dport \(server.port)"))\
            \(named ? out("ip", dns4, "meta l4proto { tcp, udp } th dport 53") : "")\
            \(named ? out("ip6", dns6, "meta l4proto { tcp, udp } th dport 53") : "")\
                udp sport 68 udp dport 67 accept
                udp sport 546 udp dport 547 accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
              }
              chain input {
                type filter hook input priority -150; policy drop;
                iifname "lo" accept
            \(back("ip", four, "tcp sport \(server.port)"))\(back("ip6", six, "tcp sport \(server.port)"))\
            \(named ? back("ip", dns4, "meta l4proto { tcp, udp } th sport 53") : "")\
            \(named ? back("ip6", dns6, "meta l4proto { tcp, udp } th sport 53") : "")\
                udp sport 67 udp dport 68 accept
                udp sport 547 udp dport 546 accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
              }
              chain forward {
                type filter hook forward priority -150; policy drop;
              }
            }

            """
    }

    /// In force when it returns.
    static func apply(_ server: Server) throws(AgentError) {
        guard !server.addresses.isEmpty else {
            throw .isolation("the server's address is not known, so the machine could not be reached any more")
        }
        try nft(["-f", "-"], input: rules(server, resolvers: resolvers()))
    }

    /// Removes the table; one that is not there is no failure.
    static func lift() throws(AgentError) {
        try nft(["-f", "-"], input: "table \(table)\ndelete table \(table)\n")
    }

    /// Whether the table is in force; nil when that cannot be told.
    static var isInForce: Bool? {
        guard let program = programs.first(where: { access($0, X_OK) == 0 }),
            let outcome = ChildProcess.run(program, ["list", "tables"])
        else { return nil }
        return outcome.status == 0 ? outcome.output.contains("table \(table)") : nil
    }

    private static func nft(_ arguments: [String], input: String) throws(AgentError) {
        guard let program = programs.first(where: { access($0, X_OK) == 0 }) else {
            throw .isolation("nft is not installed; install the package nftables")
        }
        guard let outcome = ChildProcess.run(program, arguments, input: input) else {
            throw .isolation("\(program) cannot be started")
        }
        guard outcome.status == 0 else {
            let words = outcome.complaints.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
            throw .isolation("nft says: \(words)")
        }
    }

    /// The name servers of resolv.conf(5).
    private static func resolvers() -> [String] {
        guard let text = try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8) else { return [] }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, words[0] == "nameserver", !words[1].contains("%") else { return nil }
            return NumericAddress(String(words[1]))?.text
        }
    }
}

/// An IPv4 or IPv6 address as text that nothing else can be.
package struct NumericAddress: Hashable {
    let text: String

    package init?(_ text: String) {
        var storage = in6_addr()
        guard inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1 else { return nil }
        self.text = text
    }

    /// The addresses of a name; the text itself when it is one.
    static func resolve(_ host: String) -> [String] {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if let address = NumericAddress(bare) { return [address.text] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(bare, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if !text.contains("%"), !found.contains(text) { found.append(text) }
        }
        return found
    }
}
