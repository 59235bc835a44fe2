import Domain
import FoundationEssentials

/// The lists in which hosts are found. The raw value is what commands and routes take.
public enum DiscoveryFormat: String, Sendable, CaseIterable {
    /// nmap's `-oX`.
    case nmap
    /// ISC dhcpd's dhcpd.leases.
    case dhcpd
    /// dnsmasq's dnsmasq.leases.
    case dnsmasq
    /// Kea's memory file of IPv4 leases, CSV.
    case kea
    /// Computer objects of a directory, LDIF: `ldapsearch -LLL … '(objectClass=computer)'`.
    case ldif
    /// `ip neigh`, `arp -an`, or /proc/net/arp.
    case neighbours

    /// The hosts of a document, each once: the last word on one counts.
    ///
    /// - Parameter now: leases that were over by then are left out.
    /// - Throws: `DocumentError`.
    public func read(_ bytes: [UInt8], now: Date = Date()) throws(DocumentError) -> [FoundHost] {
        guard bytes.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { throw .empty }
        guard bytes.count <= DocumentLimits.standard.documentBytes else {
            throw .tooLarge(limit: DocumentLimits.standard.documentBytes)
        }
        let hosts: [FoundHost]
        switch self {
        case .nmap: hosts = try NmapReport.read(bytes)
        case .dhcpd: hosts = try DhcpdLeases.read(DocumentText.decode(bytes), now: now)
        case .dnsmasq: hosts = try LeaseLines.dnsmasq(DocumentText.decode(bytes), now: now)
        case .kea: hosts = try LeaseLines.kea(DocumentText.decode(bytes), now: now)
        case .ldif: hosts = try ComputerEntries.read(DocumentText.decode(bytes))
        case .neighbours: hosts = try NeighbourLines.read(DocumentText.decode(bytes))
        }
        var order: [String] = []
        var last: [String: FoundHost] = [:]
        for host in hosts {
            if last[host.id] == nil { order.append(host.id) }
            last[host.id] = host
        }
        return order.compactMap { last[$0] }
    }

    static func unusable(_ what: String) -> DocumentError {
        .unsupported(format: "This document", advice: "It is not \(what). Name the format that it has.")
    }
}
